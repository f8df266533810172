"""Slow measurements. ``make bench`` runs them all; each writes its table beside itself."""
