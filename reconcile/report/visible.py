"""Text from manifests and clouds, made safe to print: what a terminal would obey is shown instead."""


def visible(text: str) -> str:
    """The text with control characters, ANSI escapes, direction marks and lone surrogates spelled out (`\\x1b`)."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _spelled(char) for char in text)


def prose(text: str) -> str:
    """Sentences on one line: white space of any kind becomes one space, then as `visible`."""
    return visible(" ".join(text.split()))


def visible_lines(text: str) -> str:
    """Text whose line breaks are meant; each line as `visible`."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
