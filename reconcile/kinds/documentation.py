"""The HTML of a service's documentation as plain text."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "ul", "ol", "dl", "div", "note", "important", "h1", "h2", "h3", "pre", "table", "tr", "br"})
_ITEMS = frozenset({"li", "dt"})
_LINE = "\0"  # no documentation holds one


def plain(html: str) -> str:
    """Paragraphs with an empty line between them, items of lists in lines with a dash; "" for nothing."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    text = re.sub(rf"- [\s{_LINE}]+", "- ", "".join(parser.parts))  # an item's first paragraph begins in its line
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split(_LINE))
    return re.sub(r"\n(?!- )", "\n\n", "\n".join(line for line in lines if line not in ("", "-")))


def first_sentence(text: str) -> str:
    """Of plain text."""
    paragraph = text.partition("\n")[0]
    match = re.match(r".*?\.(?=\s+[A-Z]|$)", paragraph)
    return match[0] if match else paragraph


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag in _ITEMS:
            self.parts.append(f"{_LINE}- ")
        elif tag in _BLOCKS:
            self.parts.append(_LINE)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS | _ITEMS:
            self.parts.append(_LINE)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
