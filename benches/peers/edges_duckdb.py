"""Edges as an expert writes them in SQL: an equi-join on (object, time bucket), then the exact test.

edges_duckdb.py POSTS OUT WINDOW_S WEIGHT_MIN
"""

import json
import os
import sys

import duckdb

posts, out, window, weight_min = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
con = duckdb.connect()
con.execute(f"SET threads = {os.cpu_count()}")
# Each post touches its repost target, or its URLs where it is no repost.
con.execute(f"""
    CREATE TABLE s AS SELECT kind, account_id a, o, ts, ts // {window} b FROM (
      SELECT 1 kind, account_id, repost_of o, "timestamp" ts FROM '{posts}'
      WHERE repost_of IS NOT NULL
      UNION ALL
      SELECT 2, account_id, unnest(string_split(urls, ' ')), "timestamp" FROM '{posts}'
      WHERE urls <> '' AND repost_of IS NULL)""")
# Integers join faster than text.
con.execute("CREATE TABLE ea AS SELECT a, row_number() OVER () i FROM (SELECT DISTINCT a FROM s)")
con.execute("""
    CREATE TABLE eo AS SELECT kind, o, row_number() OVER () i
    FROM (SELECT DISTINCT kind, o FROM s)""")
con.execute("""
    CREATE TABLE k AS SELECT s.kind, ea.i::UINTEGER a, eo.i::UINTEGER o, ts, b
    FROM s JOIN ea USING (a) JOIN eo USING (kind, o)""")
con.execute(f"""
    COPY (
      SELECT x.a a, y.a b, CASE kind WHEN 1 THEN 'repost' ELSE 'url' END kind, w co_actions
      FROM (
        SELECT l.kind, l.a a1, r.a a2, count(*) w
        FROM k l
        JOIN (SELECT a, o, ts, b + j.j b FROM k, (SELECT unnest([-1, 0, 1]) j) j) r
          ON l.o = r.o AND l.b = r.b AND abs(l.ts - r.ts) <= {window} AND l.a < r.a
        GROUP BY 1, 2, 3 HAVING w >= {weight_min})
      JOIN ea x ON x.i = a1 JOIN ea y ON y.i = a2
    ) TO '{out}' (FORMAT parquet, COMPRESSION zstd)""")
edges, co_actions = con.execute(f"SELECT count(*), sum(co_actions) FROM '{out}'").fetchone()
print(json.dumps({"version": duckdb.__version__, "edges": edges, "co_actions": int(co_actions)}))
