"""Single values as they are written into YAML."""

import json
from typing import Any


def quoted(value: Any) -> str:
    """JSON, which is YAML. What a terminal would obey, or a YAML parser refuse, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)
