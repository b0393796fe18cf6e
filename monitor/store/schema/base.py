"""What all tables share: the revision, kinds of column, and the conditions of partial indexes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, SmallInteger, text

HEAD = "0007_tokens"
"""The schema revision that this program reads and writes; a test holds it to the newest migration."""

ON_TIME_US = 3_600_000_000
"""A result is normally recorded at most this long (one hour) after its probe began: the recorder's queue
holds no more. Those that were not stand in the index `result_out_of_line`, so no query loses them."""

OUT_OF_LINE = text(f"(started_us_before_id < 0 OR started_us_before_id > {ON_TIME_US})")

STILL_OPEN = text("closed_at IS NULL")
NOT_SENT = text("state = 0")

# Only a column of exactly the type INTEGER is SQLite's row id, which costs no second tree.
BigId = BigInteger().with_variant(Integer, "sqlite")
SmallId = SmallInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
    }
)
