"""``python -m tingfeng``."""

from tingfeng.cli import main

raise SystemExit(main())
