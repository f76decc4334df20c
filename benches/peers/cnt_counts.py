"""Counts the rows of tables as coordination-network-toolkit has them.

cnt_counts.py NAME=FILE...
"""

import json
import sys

import pyarrow.compute as pc
import pyarrow.parquet as pq

counts = {}
for argument in sys.argv[1:]:
    name, file = argument.split("=", 1)
    weight = pq.read_table(file, columns=["weight"])["weight"]
    counts |= {f"edges_{name}": len(weight), f"weight_{name}": pc.sum(weight).as_py()}
print(json.dumps(counts))
