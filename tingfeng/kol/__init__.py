"""Whom to work with, and why not: fit, risk and price of creators, every number with its evidence."""
