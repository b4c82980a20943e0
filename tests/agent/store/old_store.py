"""Writes a run store as the first version of the schema had it: old_store.py FILE"""
import json
import sqlite3
import sys
import zlib

SCHEMA = """
CREATE TABLE programs (
  hash TEXT PRIMARY KEY, path TEXT NOT NULL, text TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE prompts (hash TEXT PRIMARY KEY, text TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE replies (
  key TEXT PRIMARY KEY, provider TEXT NOT NULL, model TEXT NOT NULL, request TEXT NOT NULL,
  response TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE trainings (
  key TEXT NOT NULL, device_kind TEXT NOT NULL, family TEXT NOT NULL, trainer TEXT NOT NULL,
  device TEXT NOT NULL, status TEXT NOT NULL, seconds REAL NOT NULL, work REAL NOT NULL,
  result BLOB NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (key, device_kind, family)) WITHOUT ROWID;
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, identity TEXT NOT NULL,
  command_line TEXT NOT NULL, program TEXT NOT NULL, program_hash TEXT NOT NULL,
  capture TEXT NOT NULL, status TEXT NOT NULL, result TEXT, started INTEGER NOT NULL,
  finished INTEGER NOT NULL);
CREATE INDEX runs_by_identity ON runs (identity);
"""
EPOCHS = dict.fromkeys(("loss", "metric", "val_loss", "val_metric", "learning_rate"), [])
RESULT = {"status": "ok", "reason": "", "epochs": EPOCHS, "symptoms": [], "seconds": 1.5, "work": 2.5, "device": "cpu",
          "trainer": "torch 1.13.0",
          "evaluations": [{"name": "measured", "loss": 0.25, "value": 0.75, "row_values": [1, 0], "scores": [], "classes": []}]}


def main():
    store = sqlite3.connect(sys.argv[1])
    store.executescript(SCHEMA)
    store.execute("PRAGMA application_id = {}".format(0x646C6678))
    store.execute("PRAGMA user_version = 1")
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("INSERT INTO trainings VALUES ('key', 'cpu', 'torch', 'torch 1.13.0', 'cpu', 'ok', 1.5, 2.5, ?, 100)",
                  (zlib.compress(json.dumps(RESULT).encode()),))
    store.execute("INSERT INTO replies VALUES ('r', 'openai', 'gpt', '{}', '{\"text\": \"ok\"}', 100)")
    store.execute("INSERT INTO runs (command, identity, command_line, program, program_hash, capture, status, result,"
                  " started, finished) VALUES ('repair', 'i', 'repair a.py', '/a.py', 'h', '', 'proven', '{}', 1, 2)")
    store.commit()
    store.close()


if __name__ == "__main__":
    main()
