"""Whether ``doctor --json`` found the model well, and names the engine: ``named.py FILE ENGINE``."""

import json
import sys
from pathlib import Path

file, engine = sys.argv[1:]
checks = json.loads(Path(file).read_text(encoding="utf-8"))["checks"]
model = next(check for check in checks if check["name"] == "model")
if model["state"] != "ok" or f"+{engine}-" not in model["found"]:
    sys.exit(f"expected {engine}: {model}")
sys.stdout.write(f"{model['found']}\n")
