"""The parts of the Elasticsearch store: see :mod:`index.elastic`."""
