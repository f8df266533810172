"""Post to analysis."""
