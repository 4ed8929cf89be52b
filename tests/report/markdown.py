"""Reads Markdown as a page that shows it does: what is markup there, and what is text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt


@dataclass
class Read:
    tags: set = field(default_factory=set)
    text: str = ""  # all of it
    prose: str = ""  # what is not in fixed width: there, mentions and references are looked for
    details: list = field(default_factory=list)  # (title, whether it is open)
    items: int = 0
    comments: list = field(default_factory=list)


def read(markdown):
    parser = _Parser()
    parser.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    parser.close()
    assert parser.path == []
    return parser.read


class _Parser(HTMLParser):
    def __init__(self):
        super().__init__()
        self.read = Read()
        self.path = []

    def handle_starttag(self, tag, attributes):
        self.read.tags.add(tag)
        self.read.items += tag == "li"
        if tag == "details":
            self.read.details.append(("", ("open", None) in attributes or ("open", "") in attributes))
        self.path.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.read.tags.add(tag)

    def handle_endtag(self, tag):
        assert self.path.pop() == tag

    def handle_data(self, data):
        self.read.text += data
        if not {"code", "pre"} & set(self.path):
            self.read.prose += data
        if "summary" in self.path:
            title, is_open = self.read.details.pop()
            self.read.details.append((title + data, is_open))

    def handle_comment(self, data):
        self.read.comments.append(data)
