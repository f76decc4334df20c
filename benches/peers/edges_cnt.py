"""Two networks of coordination-network-toolkit: its CSV into its database, then both tables.

edges_cnt.py POSTS OUT WINDOW_S WEIGHT_MIN

It reads `cnt.csv`, which lies beside POSTS and says the same.
"""

import json
import os
import sqlite3
import sys
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

from coordination_network_toolkit import compute_networks, preprocess

posts, out, window, weight_min = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def main():
    database = f"{out}.db"
    for suffix in ("", "-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)
    # It says there how far it is; the counts go to the output alone.
    with redirect_stdout(sys.stderr):
        preprocess.preprocess_csv_files(database, [str(posts.with_name("cnt.csv"))])
        cores = os.cpu_count()
        compute_networks.compute_co_retweet_parallel(
            database, window, n_threads=cores, min_edge_weight=weight_min
        )
        compute_networks.compute_co_link_network(
            database, window, n_threads=cores, min_edge_weight=weight_min
        )
    counts = {"version": version("coordination-network-toolkit")}
    with sqlite3.connect(database) as tables:
        for name in ("co_retweet", "co_link"):
            rows, weight = tables.execute(
                f"SELECT count(*), sum(weight) FROM {name}_network"
            ).fetchone()
            counts |= {f"edges_{name}": rows, f"weight_{name}": weight}
    print(json.dumps(counts))


# Its processes start by importing this file.
if __name__ == "__main__":
    main()
