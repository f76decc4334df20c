"""Some columns of posts, decoded by one thread into a table in memory.

read_polars.py POSTS COLUMNS
"""

import json
import os
import sys

os.environ["POLARS_MAX_THREADS"] = "1"
import polars as pl  # noqa: E402

posts, columns = sys.argv[1], sys.argv[2].split(",")
LISTS = {"urls", "hashtags", "mentions", "media"}


def kind(name, has_lists):
    if name == "automated":
        return pl.Boolean
    return pl.List(pl.String) if has_lists and name in LISTS else pl.String


if posts.endswith(".parquet"):
    table = pl.read_parquet(posts, columns=columns)
else:
    if posts.endswith(".csv"):
        schema = {name: kind(name, False) for name in columns}
        table = pl.read_csv(posts, schema=schema)
    else:
        schema = {name: kind(name, True) for name in columns}
        table = pl.read_ndjson(posts, schema=schema)
    table = table.with_columns(pl.col("created_at").str.to_datetime(time_zone="UTC"))
assert table["created_at"].null_count() == 0
counts = {"posts": table.height, "bytes": os.path.getsize(posts)}
print(json.dumps({"version": pl.__version__, **counts}))
