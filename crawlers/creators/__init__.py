"""Exports about creators from authorised sources: recognised by their columns, read row by row.

No real export of a vendor could be had. What each source's columns are called was taken from its
documentation and from what people publish of it; whatever differs is told after an import (columns
that were not read), and ``tingfeng kol import --suggest`` drafts a mapping for it.

To add a source: write a :class:`~crawlers.creators.sheet.Sheet` and name it below, before ``kit``,
which reads whatever has names that people understand.
"""

SHEETS = {
    "xingtu": "crawlers.creators.xingtu:XINGTU",
    "pugongying": "crawlers.creators.pugongying:PUGONGYING",
    "qiangua": "crawlers.creators.qiangua:QIANGUA",
    "xinbang": "crawlers.creators.xinbang:XINBANG",
    "chanmama": "crawlers.creators.chanmama:CHANMAMA",
    "mediacrawler": "crawlers.creators.mediacrawler:MEDIACRAWLER",
    "kit": "crawlers.creators.kit:KIT",
}
