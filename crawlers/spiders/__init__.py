"""One file a source; Scrapy finds the spiders by walking this folder."""
