"""Files that other collectors exported. A format is one class in this folder and one line here.

To add one: write a class with ``name``, ``label``, ``recognises(record)`` and ``read(record,
context)`` (see ``record.Format``), name it below, and put an example with the expected
observations into ``tests/crawlers/formats/files``. The first that recognises a record reads it.
"""

FORMATS = {
    "people": "crawlers.formats.people:People",
    "zeeschuimer": "crawlers.formats.zeeschuimer:Zeeschuimer",
    "weibo-search": "crawlers.formats.weibosearch:WeiboSearch",
    "weibo-crawler": "crawlers.formats.weibocrawler:WeiboCrawler",
    "weibospider": "crawlers.formats.weibospider:WeiboSpider",
    "mediacrawler-douyin": "crawlers.formats.mediacrawler:Douyin",
    "mediacrawler-zhihu": "crawlers.formats.mediacrawler:Zhihu",
    "mediacrawler-kuaishou": "crawlers.formats.mediacrawler:Kuaishou",
    "mediacrawler-bilibili": "crawlers.formats.mediacrawler:Bilibili",
    "mediacrawler-tieba": "crawlers.formats.mediacrawler:Tieba",
    "mediacrawler-weibo": "crawlers.formats.mediacrawler:Weibo",
    "mediacrawler-xhs": "crawlers.formats.mediacrawler:Xiaohongshu",
    "octoparse-bilibili": "crawlers.formats.octoparse:OctoparseBilibili",
    "steam-reviews": "crawlers.formats.steam:Steam",
}
