"""Observations and analyses in, documents and counts out."""

STORES = {
    "memory": "index.memory:MemoryStore",
    "sqlite": "index.sqlite:SQLiteStore",
}
