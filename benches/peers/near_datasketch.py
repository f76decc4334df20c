"""Near-duplicate texts with datasketch, the usual Python package for MinHash.

    python near_datasketch.py POSTS.parquet OUT.parquet

Written as someone writes it who knows the package: sketches from its generator, bands as it chooses
them for the threshold, one session for writing; the similarity of the sketches decides.
Prints what was read and found as one line of JSON.
"""

import json
from importlib.metadata import version

from datasketch import MinHash, MinHashLSH

from near_texts import HASHES, JACCARD_MIN, Clusters, read, shingles


def main():
    ids, texts, out = read()
    tokens = [[gram.encode() for gram in shingles(text)] for text in texts]
    sketches = list(MinHash.generator(tokens, num_perm=HASHES, seed=1))
    index = MinHashLSH(threshold=JACCARD_MIN, num_perm=HASHES)
    with index.insertion_session() as session:
        for text, sketch in enumerate(sketches):
            session.insert(text, sketch, check_duplication=False)
    clusters = Clusters(len(texts))
    for text, sketch in enumerate(sketches):
        for other in index.query(sketch):
            if other < text and sketches[other].jaccard(sketch) >= JACCARD_MIN:
                clusters.join(other, text)
    counts = clusters.write(ids, out)
    print(json.dumps(counts | {"version": f"datasketch {version('datasketch')}"}))


if __name__ == "__main__":
    main()
