"""The SQL of a practitioner: pairs of accounts that post the same text within an hour.

    python shared_text.py POSTS.parquet OUT

Texts are compared after lower-casing, with every run of characters that are no letters, digits or
underscores as one space; shorter ones than 30 characters and reposts are left out. Written as
someone writes it who knows DuckDB: texts that one account alone posts go first, texts are joined by
their hash within buckets of an hour, and the exact test comes last.
Writes OUT/pairs.parquet; prints what was read and found as one line of JSON.
"""

import json
import os
import sys

import duckdb

WINDOW_MS = 3_600_000
CHARS_MIN = 30

POSTS = r"""
CREATE TABLE texts AS
SELECT account, moment, moment // {window} AS bucket, hash(text) AS text
FROM (
    SELECT
        account_id AS account,
        epoch_ms(created_at) AS moment,
        trim(regexp_replace(lower(text), '[^\p{{L}}\p{{N}}_]+', ' ', 'g')) AS text
    FROM read_parquet($posts)
    WHERE length(text) >= {chars} {originals}
)
WHERE length(text) >= {chars}
"""

SHARED = """
CREATE TABLE shared AS
SELECT * FROM texts
SEMI JOIN (SELECT text FROM texts GROUP BY text HAVING min(account) <> max(account)) USING (text)
"""

# Of two posts the earlier one looks into its own bucket and the next: no pair is met twice.
PAIRS = """
CREATE TABLE pairs AS
SELECT least(l.account, r.account) AS a, greatest(l.account, r.account) AS b, count(*) AS co_actions
FROM (SELECT account, moment, text, unnest([bucket, bucket + 1]) AS bucket FROM shared) AS l
JOIN shared AS r
    ON l.text = r.text
    AND l.bucket = r.bucket
    AND l.account <> r.account
    AND r.moment - l.moment BETWEEN 0 AND {window}
    AND (l.moment < r.moment OR l.account < r.account)
GROUP BY ALL
"""


def main() -> None:
    posts, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    database = duckdb.connect()
    columns = database.execute("DESCRIBE SELECT * FROM read_parquet($posts)", {"posts": posts})
    names = [row[0] for row in columns.fetchall()]
    originals = "AND repost_of IS NULL" if "repost_of" in names else ""
    numbers = {"window": WINDOW_MS, "chars": CHARS_MIN}
    database.execute(POSTS.format(originals=originals, **numbers), {"posts": posts})
    database.execute(SHARED)
    database.execute(PAIRS.format(**numbers))
    file = os.path.join(out, "pairs.parquet").replace("'", "''")
    database.execute(f"COPY (SELECT * FROM pairs ORDER BY a, b) TO '{file}'")
    read = database.execute("SELECT count(*) FROM read_parquet($posts)", {"posts": posts})
    (n_posts,) = read.fetchone()
    found = database.execute("SELECT count(*), coalesce(sum(co_actions), 0) FROM pairs")
    pairs, co_actions = (int(number) for number in found.fetchone())
    counts = {"posts": n_posts, "pairs": pairs, "co_actions": co_actions}
    print(json.dumps(counts | {"version": f"duckdb {duckdb.__version__}"}))


if __name__ == "__main__":
    main()
