"""Observations and analyses in, documents and counts out."""

STORES = {
    "elastic": "index.elastic:ElasticStore",
    "memory": "index.memory:MemoryStore",
    "sqlite": "index.sqlite:SQLiteStore",
}
