"""Observations and analyses in, documents and counts out."""
