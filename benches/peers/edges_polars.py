"""Edges with polars: the same bucket join as in edges_duckdb.py, from Parquet to Parquet.

edges_polars.py POSTS OUT WINDOW_S WEIGHT_MIN
"""

import json
import sys

import polars as pl

posts, out, window, weight_min = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
columns = pl.scan_parquet(posts).select("account_id", "timestamp", "repost_of", "urls")
reposts = columns.filter(pl.col("repost_of").is_not_null()).select(
    pl.lit("repost").alias("kind"), a="account_id", o="repost_of", ts="timestamp"
)
urls = columns.filter((pl.col("urls") != "") & pl.col("repost_of").is_null()).select(
    pl.lit("url").alias("kind"), a="account_id", o=pl.col("urls").str.split(" "), ts="timestamp"
)
shares = pl.concat([reposts, urls.explode("o")]).collect()
# Integers join faster than text.
accounts = shares.select("a").unique().sort("a").with_row_index("i")
objects = shares.select("kind", "o").unique().with_row_index("j")
shares = (
    shares.join(accounts, on="a")
    .join(objects, on=["kind", "o"])
    .select(a="i", o="j", ts="ts", b=pl.col("ts") // window)
)
kinds = objects.select(o="j", kind="kind")
left = shares.lazy().join(kinds.lazy(), on="o")
right = pl.concat([shares.lazy().with_columns(b=pl.col("b") + step) for step in (-1, 0, 1)])
near = (pl.col("ts") - pl.col("ts_right")).abs() <= window
edges = (
    left.join(right, on=["o", "b"])
    .filter((pl.col("a") < pl.col("a_right")) & near)
    .group_by("kind", "a", "a_right")
    .len("co_actions")
    .filter(pl.col("co_actions") >= weight_min)
    .collect()
)
names = accounts.rename({"a": "name"})
edges = (
    edges.join(names, left_on="a", right_on="i")
    .join(names, left_on="a_right", right_on="i", suffix="_b")
    .select("kind", "co_actions", a="name", b="name_b")
)
edges.write_parquet(out, compression="zstd")
counts = {"edges": edges.height, "co_actions": int(edges["co_actions"].sum())}
print(json.dumps({"version": pl.__version__, **counts}))
