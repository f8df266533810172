"""TOML and the environment to plain values."""
