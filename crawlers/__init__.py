"""Files and web to observations. A source is one file in ``spiders``, a file format one in ``formats``.

* ``sources``: pure readers; ``answer``, ``verdict`` and ``refusals`` say what a server sent, and whether
  it is a page or a wall; ``feed``, ``sitemap``, ``article``, ``appstore``, ``hotlists`` read the page
* ``spiders``: where to look; Scrapy finds every file there by itself
* ``fetching``: Scrapy in between; ``gate``, ``download``, ``middlewares`` are politeness, ``ledger``,
  ``channel`` and ``pipeline`` what is written down and handed on, in which order
* ``run``: crawling as one function, Scrapy in a child process
* ``exports``: files of other collectors; ``opening``, ``archives``, ``member`` say how much may come out
  of a file, ``text``, ``records_table``, ``records_json`` make records of bytes, damage and all,
  ``layout``, ``recognition``, ``headers``, ``walls`` find out how they lie, ``rows`` and ``read`` what
  became of each; import as one function is :func:`crawlers.exports.read.read_file`
* ``formats``: one file a tool; ``mapping``, ``columns``, ``fields``, ``suggest`` for any other table
* ``dates``, ``numbers``, ``markup``: how Chinese sites write times, counts and text; ``refused``: why a
  record is no post

A new source is a file in ``spiders`` with a subclass of
:class:`crawlers.fetching.spider.SourceSpider` that says where to look (``targets``) and how to read
(``read``), and a saved answer in ``tests/crawlers/answers``. A new hot list is a reader and a row in
:mod:`crawlers.sources.hotlists`.
"""
