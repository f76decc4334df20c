"""usearch on the vectors of a file (32-bit floats end to end): recall@10 against comparing all, and rates, as JSON.

    peer.py VECTORS DIMENSION
"""

import json
import sys
import time

import numpy as np
from usearch.index import Index

QUERIES = 1_000


def main():
    dimension = int(sys.argv[2])
    vectors = np.fromfile(sys.argv[1], np.float32).reshape(-1, dimension)
    keys = np.arange(len(vectors))
    index = Index(ndim=dimension, metric="cos", dtype="f32", connectivity=16, expansion_add=100, expansion_search=64)
    start = time.perf_counter()
    index.add(keys, vectors, threads=1)
    added = time.perf_counter() - start
    start = time.perf_counter()
    found = index.search(vectors, 33)
    searched = time.perf_counter() - start
    queries = keys[:: max(len(keys) // QUERIES, 1)]
    met = 0
    for query in queries:
        cosines = vectors @ vectors[query]
        cosines[query] = -2
        exact = set(np.argpartition(-cosines, 10)[:10])
        met += len(exact & set([key for key in found.keys[query] if key != query][:10]))
    print(json.dumps({"recall_at_10": met / (10 * len(queries)), "added_per_s": len(keys) / added, "searched_per_s": len(keys) / searched}))


if __name__ == "__main__":
    main()
