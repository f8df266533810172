"""Files and web to observations. A platform is one file in ``spiders``, a file format one in ``formats``.

The web half, in reading order:

* ``answer``, ``verdict``, ``refusals``: what a server sent, and whether it is a page or a wall
* ``feed``, ``sitemap``, ``article``, ``appstore``, ``hotlists``: pure readers, answer to page
* ``spider``, ``target``, ``spiders``: fetching; Scrapy finds every file in ``spiders`` by itself
* ``gate``, ``download``, ``middlewares``: politeness
* ``ledger``, ``channel``, ``pipeline``: what is written down, and in which order it is handed on
* ``run``, ``worker``: crawling as one function, Scrapy in a child process

A new source is a file in ``spiders`` with a subclass of :class:`crawlers.spider.SourceSpider` that
says where to look (``targets``) and how to read (``read``), and a saved answer in
``tests/crawlers/answers``. A new hot list is a reader and a row in :mod:`crawlers.hotlists`.
"""
