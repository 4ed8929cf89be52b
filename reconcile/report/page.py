"""A Markdown report as a comment on a pull request: a head that is always whole, sections that fold, and entries that
are left out of the middle where a comment has no room for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconcile.model.shard import Shard
from reconcile.report.about import About
from reconcile.report.markup import code, inline
from reconcile.report.terms import shard_words

LONGEST = 65_536  # characters of a comment on GitHub
_OPEN = 10  # a section that shall be seen is folded nevertheless where it has more entries than this


@dataclass(frozen=True, slots=True)
class Section:
    """`title` is in words of ours; each entry is an item of a list, in Markdown, its later lines indented."""

    title: str
    entries: Sequence[str]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    summary: str  # words of ours
    remarks: Sequence[str]  # paragraphs
    sections: Sequence[Section]
    shard: Shard | None = None  # that it is of


def mark(project: str, shard: Shard | None) -> str:
    """By which a workflow finds the comment to update: each shard has one of its own."""
    return f"<!-- reconcile: {project} shard {shard} -->" if shard else f"<!-- reconcile: {project} -->"


def markdown_text(page: Page, about: About) -> str:
    """At most LONGEST characters, the newline at its end included."""
    sections = [section for section in page.sections if section.entries]
    text = "".join(_parts(page, about, sections, None))
    if len(text) <= LONGEST:
        return text
    return "".join(_parts(page, about, sections, _cut(page, about, sections)))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Of all entries, those from `first` to before `last` are left out."""

    first: int
    last: int
    total: int


def _cut(page: Page, about: About, sections: Sequence[Section]) -> _Cut:
    lengths = [len(_line(entry)) for section in sections for entry in section.entries]
    total = len(lengths)
    bare = sum(map(len, _parts(page, about, sections, _Cut(0, total, total))))
    room = LONGEST - bare - 20 * len(sections)  # a section that is shown in part says so with longer numbers
    first, last, before, behind = 0, total, 0, 0
    while first < last:
        ahead = before <= behind
        length = lengths[first] if ahead else lengths[last - 1]
        if before + behind + length > room:
            break
        if ahead:
            first, before = first + 1, before + length
        else:
            last, behind = last - 1, behind + length
    return _Cut(first, last, total)


def _parts(page: Page, about: About, sections: Sequence[Section], cut: _Cut | None) -> Iterator[str]:
    command = " ".join(about.command.split()[:2])
    yield f"{mark(about.project, page.shard)}\n"
    yield f"### {inline(command)}: {code(about.project)}{shard_words(page.shard)}\n\n**{page.summary}**\n"
    yield from (f"\n{remark}\n" for remark in page.remarks)
    if cut:
        left_out = cut.last - cut.first
        yield f"\n> Too long for a comment: {left_out} of {cut.total} entries are left out. {_whole(about)}\n"
    start = 0
    for section in sections:
        yield from _section(section, start, cut)
        start += len(section.entries)
    at = f"{about.at:%Y-%m-%d %H:%M:%SZ}"
    yield f"\n<sub>{code(about.command, 500)}, version {code(about.version)}, {at}</sub>\n"


def _section(section: Section, start: int, cut: _Cut | None) -> Iterator[str]:
    end = start + len(section.entries)
    first, last = (max(start, min(cut.first, end)), min(end, max(cut.last, start))) if cut else (end, end)
    shown = first - start + end - last
    is_open = " open" if section.is_open and len(section.entries) <= _OPEN else ""
    part = f", {shown} of them shown" if first < last else ""
    yield f"\n<details{is_open}><summary><b>{section.title}</b>: {len(section.entries)}{part}</summary>\n\n"
    yield from map(_line, section.entries[: first - start])
    if first < last:
        yield f"- … {last - first} left out here …\n"
    yield from map(_line, section.entries[last - start :])
    yield "\n</details>\n"


def _line(entry: str) -> str:
    return f"- {entry}\n"


def _whole(about: About) -> str:
    if about.whole:
        return f"The whole is in {inline(about.whole)}."
    return "`--report html=FILE` or `--report text=FILE` writes the whole."
