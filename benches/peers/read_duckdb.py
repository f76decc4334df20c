"""Some columns of posts, decoded by one thread into a table in memory.

read_duckdb.py POSTS COLUMNS
"""

import json
import os
import sys

import duckdb

posts, columns = sys.argv[1], sys.argv[2].split(",")
LISTS = {"urls", "hashtags", "mentions", "media"}


def kind(name, has_lists):
    if name == "created_at":
        return "TIMESTAMPTZ"
    if name == "automated":
        return "BOOLEAN"
    return "VARCHAR[]" if has_lists and name in LISTS else "VARCHAR"


con = duckdb.connect()
con.execute("SET threads = 1")
if posts.endswith(".parquet"):
    source = f"read_parquet('{posts}')"
elif posts.endswith(".csv"):
    types = {name: kind(name, False) for name in columns}
    source = f"read_csv('{posts}', header = true, columns = {types})"
else:
    types = {name: kind(name, True) for name in columns}
    source = f"read_ndjson('{posts}', columns = {types})"
table = con.sql(f"SELECT {', '.join(columns)} FROM {source}").to_arrow_table()
counts = {"posts": table.num_rows, "bytes": os.path.getsize(posts)}
print(json.dumps({"version": duckdb.__version__, **counts}))
