"""A story whose answers are known."""
