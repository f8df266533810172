"""Files and web to observations. A platform is one file in ``spiders``, a file format one in ``formats``.

The web half, in reading order:

* ``answer``, ``verdict``, ``refusals``: what a server sent, and whether it is a page or a wall
* ``feed``, ``sitemap``, ``article``, ``appstore``, ``hotlists``: pure readers, answer to page
* ``spider``, ``target``, ``spiders``: fetching; Scrapy finds every file in ``spiders`` by itself
* ``gate``, ``download``, ``middlewares``: politeness
* ``ledger``, ``channel``, ``pipeline``: what is written down, and in which order it is handed on
* ``run``, ``worker``: crawling as one function, Scrapy in a child process

The file half, in reading order:

* ``files``, ``archives``, ``member``: what a file is, and how much of it may come out
* ``read_text``, ``read_table``, ``read_json``, ``json_cursor``: bytes to records, damage and all
* ``read_layout``, ``recognition``, ``headers``, ``read_walls``: how the records lie, and what is none
* ``formats``: one file a tool; ``mapping``, ``columns``, ``fields``, ``suggest`` for any other table
* ``read_rows``, ``read_export``: a record to what became of it; import as one function

A new source is a file in ``spiders`` with a subclass of :class:`crawlers.spider.SourceSpider` that
says where to look (``targets``) and how to read (``read``), and a saved answer in
``tests/crawlers/answers``. A new hot list is a reader and a row in :mod:`crawlers.hotlists`.
"""
