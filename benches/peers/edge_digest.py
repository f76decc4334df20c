"""What an edge list says, whatever the order of its rows and of the accounts in a row.

edge_digest.py EDGES: columns a, b, kind and co_actions. Prints counts of edges by kind, the sum of
co-actions, and a digest of all rows.
"""

import json
import sys

import duckdb

edges = duckdb.sql(f"""
    SELECT count(*) edges,
           count(*) FILTER (kind = 'repost') edges_repost,
           sum(co_actions)::BIGINT co_actions,
           (sum(hash(least(a, b), greatest(a, b), kind, co_actions::BIGINT) // 4294967296)
              % 1000000007)::BIGINT digest
    FROM '{sys.argv[1]}'""")
print(json.dumps(dict(zip(edges.columns, map(int, edges.fetchall()[0])))))
