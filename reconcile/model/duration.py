"""Durations as people write them, in manifests and on the command line: `90s`, `5m`, `1h`."""

PATTERN = r"[0-9]+[smh]"  # in full

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def seconds_of(text: str) -> float:
    """`text` is of the pattern."""
    return float(text[:-1]) * _SECONDS[text[-1]]
