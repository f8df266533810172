"""Asking the web politely: Scrapy between a spider and whoever keeps what it found."""
