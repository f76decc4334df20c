"""What the scripts of near-duplicate texts share: reading, normalising, shingles, clusters.

The normalisation is close to that of zwerm, as one writes it in Python: NFKC, no zero-width
characters, links or leading mentions, lower case, the Cyrillic letters that look Latin as Latin
ones, and one space for everything that is no letter or digit.
"""

import re
import sys
import unicodedata

import pyarrow as pa
import pyarrow.parquet as pq

GRAM = 5
JACCARD_MIN = 0.6
HASHES = 128
BANDS = 32

LINK_OR_MENTION = re.compile(r"https?://\S+|(?<!\w)@\S+")
NO_LETTERS = re.compile(r"\W+")
ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"))
LOOKALIKES = str.maketrans("аеосрхі", "aeocpxi")


def read():
    """The ids and the normalised texts of the posts, and where clusters go: the two arguments."""
    posts, out = sys.argv[1:]
    table = pq.read_table(posts, columns=["post_id", "text"])
    return table["post_id"], [normalised(text) for text in table["text"].to_pylist()], out


def normalised(text):
    text = unicodedata.normalize("NFKC", text).translate(ZERO_WIDTH)
    text = LINK_OR_MENTION.sub("", text).lower().translate(LOOKALIKES)
    return NO_LETTERS.sub(" ", text).strip()


def shingles(text):
    """The runs of five characters of a text; the text itself if it is shorter."""
    return {text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))}


class Clusters:
    """Texts by their number, joined pair by pair."""

    def __init__(self, n_texts):
        self.parents = list(range(n_texts))

    def root(self, text):
        parents = self.parents
        while parents[text] != text:
            parents[text] = text = parents[parents[text]]
        return text

    def join(self, a, b):
        a, b = self.root(a), self.root(b)
        self.parents[max(a, b)] = min(a, b)

    def write(self, ids, out):
        """Writes the clusters of two and more texts; returns what there is to count."""
        roots = [self.root(text) for text in range(len(self.parents))]
        joined = {root for text, root in enumerate(roots) if text != root}
        members = [text for text, root in enumerate(roots) if root in joined]
        clusters = pa.array([roots[text] for text in members], pa.int64())
        pq.write_table(pa.table({"post_id": ids.take(members), "cluster_id": clusters}), out)
        return {"posts": len(roots), "clusters": len(joined), "posts_clustered": len(members)}
