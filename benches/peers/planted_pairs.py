"""Scores clusters of texts by the templates that their posts were made from.

    python planted_pairs.py POSTS.parquet CLUSTERS.parquet

Beside the posts lies truth.parquet with the template of every post, below 0 for none; templates
from 10,000,000 on are stock phrases and count like the others. A pair of posts is planted if both
are of one template, and together if both are in one cluster.
Prints as one line of JSON: pairs together, how many of these are planted, and how many are planted.
"""

import json
import os
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def pairs(table, keys):
    """How many pairs of rows agree in all keys."""
    sizes = table.group_by(keys).aggregate([([], "count_all")])["count_all"].to_pylist()
    return sum(n * (n - 1) // 2 for n in sizes)


def main():
    posts, out = sys.argv[1:]
    truth = pq.read_table(os.path.join(os.path.dirname(posts), "truth.parquet"))
    truth = truth.filter(pc.greater_equal(truth["template"], 0))
    clusters = pq.read_table(out, columns=["post_id", "cluster_id"])
    ids = clusters["post_id"].cast(pa.int64())
    clusters = clusters.set_column(0, "post_id", ids)
    both = clusters.join(truth.select(["post_id", "template"]), "post_id", join_type="inner")
    counts = {
        "pairs": pairs(clusters, ["cluster_id"]),
        "pairs_planted": pairs(both, ["cluster_id", "template"]),
        "planted": pairs(truth, ["template"]),
    }
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
