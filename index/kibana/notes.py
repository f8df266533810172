"""Panels of words. What they promise of searching is tested: tests/index/es/test_chinese_search.py."""

from __future__ import annotations

from tingfeng import Message

OVERVIEW_NOTE = Message("(待写)", "(to be written)")
ALARMS_NOTE = Message("(待写)", "(to be written)")
