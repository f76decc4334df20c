"""Near-duplicate texts with rensa: MinHash and bands in Rust, shingles and the union in Python.

    python near_rensa.py POSTS.parquet OUT.parquet

Written as someone writes it who knows the package: all sketches in one call, one index, candidates
of all texts in one call, and the similarity of the sketches decides.
Prints what was read and found as one line of JSON.
"""

import json
from importlib.metadata import version

from rensa import RMinHash, RMinHashLSH

from near_texts import BANDS, HASHES, JACCARD_MIN, Clusters, read, shingles


def main():
    ids, texts, out = read()
    tokens = [list(shingles(text)) for text in texts]
    sketches = RMinHash.from_token_sets(tokens, num_perm=HASHES, seed=42)
    index = RMinHashLSH(threshold=JACCARD_MIN, num_perm=HASHES, num_bands=BANDS)
    index.insert_many(sketches)
    clusters = Clusters(len(texts))
    for text, candidates in enumerate(index.query_all(sketches)):
        for other in candidates:
            if other < text and sketches[other].jaccard(sketches[text]) >= JACCARD_MIN:
                clusters.join(other, text)
    counts = clusters.write(ids, out)
    print(json.dumps(counts | {"version": f"rensa {version('rensa')}"}))


if __name__ == "__main__":
    main()
