import os
from pathlib import Path

import pytest


@pytest.fixture
def golden(request):
    """Compares a text with the file of that name; `make golden` writes the files anew."""

    def compare(name, text):
        file = Path(__file__).parent / "golden" / name
        if os.environ.get("GOLDEN") == "write":
            file.write_text(text + "\n", encoding="utf-8")
        assert text + "\n" == file.read_text(encoding="utf-8")

    return compare
