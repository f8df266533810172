"""Files and web to observations. A platform is one file in ``spiders``, a file format one in ``formats``."""
