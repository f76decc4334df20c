"""Near-duplicate texts with gaoya: shingles, MinHash and bands in Rust, the union in Python.

    python near_gaoya.py POSTS.parquet OUT.parquet

Written as someone writes it who knows the package: all texts in one call on all cores, for writing
and for asking; the index compares the sketches of candidates itself.
Prints what was read and found as one line of JSON.
"""

import json
from importlib.metadata import version

from gaoya.minhash import MinHashStringIndex

from near_texts import BANDS, GRAM, HASHES, JACCARD_MIN, Clusters, read


def main():
    ids, texts, out = read()
    # The package cannot sketch a text without a character.
    texts = [text or " " for text in texts]
    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=JACCARD_MIN,
        num_bands=BANDS,
        band_size=HASHES // BANDS,
        analyzer="char",
        ngram_range=(GRAM, GRAM),
        id_container="smallvec",
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    clusters = Clusters(len(texts))
    for text, candidates in enumerate(index.par_bulk_query(texts)):
        for other in candidates:
            if other < text:
                clusters.join(other, text)
    counts = clusters.write(ids, out)
    print(json.dumps(counts | {"version": f"gaoya {version('gaoya')}"}))


if __name__ == "__main__":
    main()
