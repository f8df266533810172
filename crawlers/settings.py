"""Scrapy's settings: slow, honest, and closed to the outside."""

import os

from tingfeng import __version__

BOT_NAME = "tingfeng"
SPIDER_MODULES = ["crawlers.spiders"]
USER_AGENT = f"tingfeng/{__version__}"
"""Honest. ``crawl`` adds a contact, e.g. ``(+mailto:pr@example.com)``."""

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "tingfeng"
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
COOKIES_ENABLED = False
REFERER_ENABLED = True
METAREFRESH_ENABLED = False  # a wall's refresh leads to a login
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # both run code for whoever reaches the port

CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 1  # items arrive in the order of the page, and before its watermark
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.0  # Crawl-delay is a promise; an honest crawler has nothing to blur
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 2.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # a sitemap may have 50 MB by its standard; none we saw has 20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawlers.fetching.download.PoliteHandler",
    "https": "crawlers.fetching.download.PoliteHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawlers.fetching.middlewares.Stops": 90,  # before robots.txt, which would be a request too
    "crawlers.fetching.middlewares.Robots": 100,
    "crawlers.fetching.middlewares.Patience": 560,  # sees a 429 before the retry middleware (550)
    "crawlers.fetching.middlewares.Walls": 610,  # sees a redirect before the redirect middleware (600)
}
ITEM_PIPELINES = {"crawlers.fetching.pipeline.Deliver": 300}

HTTPERROR_ALLOW_ALL = True  # every status reaches the spider, which judges it
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # 429 waits for Patience
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REDIRECT_MAX_TIMES = 5

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "WARNING"

TINGFENG_CHANNEL = "crawlers.fetching.channel.Nowhere"
"""Where pages and watermarks go besides Scrapy's own exports: see :mod:`crawlers.fetching.channel`."""
TINGFENG_REPLAY = os.environ.get("TINGFENG_REPLAY", "")
"""Address of a server that answers for all hosts: for rehearsals and tests."""
TINGFENG_CLOCK_OFFSET = 0.0
"""Seconds added to this machine's clock, for rehearsals of the past."""
TINGFENG_PATIENCE = 120.0
"""The longest Retry-After to sit out within a run; a longer one ends the source for now."""
TINGFENG_LONGEST_CRAWL_DELAY = 60.0
"""A robots.txt that asks for ten minutes between pages is kept to one, else no run would end."""
