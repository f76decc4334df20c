"""A world's posts in another form, as an export has them: lists with bars between their entries in CSV.

write_form.py POSTS OUT
"""

import sys

import duckdb

posts, out = sys.argv[1], sys.argv[2]
con = duckdb.connect()
times = "TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ'"
if out.endswith(".csv"):
    described = con.execute(f"DESCRIBE SELECT * FROM '{posts}'").fetchall()
    columns = ", ".join(
        f"array_to_string({name}, '|') AS {name}" if kind.endswith("[]") else name
        for name, kind, *_ in described
    )
    con.execute(f"COPY (SELECT {columns} FROM '{posts}') TO '{out}' (FORMAT csv, HEADER, {times})")
else:
    con.execute(f"COPY (SELECT * FROM '{posts}') TO '{out}' (FORMAT json, {times})")
