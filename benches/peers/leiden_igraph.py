"""Leiden by igraph on a graph in a file of lines `a b weight`, with what it cost.

leiden_igraph.py GRAPH
"""

import json
import sys
import time

import igraph
import numpy as np

rows = np.loadtxt(sys.argv[1], dtype=np.int64)
nodes = int(rows[:, 1].max()) + 1
began = time.process_time()
graph = igraph.Graph(n=nodes, edges=rows[:, :2].tolist(), directed=False)
built = time.process_time()
weights = rows[:, 2].astype(float)
found = graph.community_leiden(objective_function="modularity", weights=weights, n_iterations=2)
done = time.process_time()
print(json.dumps({
    "version": igraph.__version__, "nodes": nodes, "edges": len(rows), "communities": len(found),
    "modularity": round(graph.modularity(found, weights=weights), 5),
    "build_cpu_s": round(built - began, 2), "cpu_s": round(done - built, 2)}))
