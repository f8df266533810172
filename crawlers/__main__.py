"""``python -m crawlers``: the process in which Scrapy runs, started by :mod:`crawlers.run`."""

import sys

from crawlers.fetching.worker import main

if __name__ == "__main__":
    sys.exit(main())
