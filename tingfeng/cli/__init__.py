"""Words typed by a person."""


def main() -> int:
    """Run one command."""
    return 0
