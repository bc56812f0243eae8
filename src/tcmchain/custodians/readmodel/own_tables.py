"""Tables of a custodian's own database."""

from typing import Final

TABLES: Final = """
CREATE TABLE IF NOT EXISTS fragment (
    grant_id TEXT NOT NULL, epoch INTEGER NOT NULL, patient TEXT NOT NULL, label TEXT NOT NULL, sealed BLOB NOT NULL,
    verifying BLOB NOT NULL, delegating BLOB NOT NULL, reading BLOB NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (grant_id, epoch)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fragment_until ON fragment (until);
CREATE TABLE IF NOT EXISTS receipt (
    number INTEGER PRIMARY KEY, patient TEXT NOT NULL, file TEXT NOT NULL, version INTEGER NOT NULL,
    grant_id TEXT NOT NULL, reader TEXT NOT NULL, outcome INTEGER NOT NULL, purpose TEXT NOT NULL,
    block INTEGER NOT NULL, at INTEGER NOT NULL, digest BLOB NOT NULL, signature TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS receipt_patient ON receipt (patient, number);
CREATE TABLE IF NOT EXISTS batch (
    number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, root BLOB NOT NULL, tx TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS batch_first ON batch (first);
CREATE TABLE IF NOT EXISTS nonce (nonce BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nonce_until ON nonce (until);
"""
