"""Strings of a wanted length that match a service's pattern, and ones that break it and nothing else."""

import functools
import re
from re import _constants as op
from re import _parser as parser

import regex

_PROPERTIES = {r"\p{L}": "a-z", r"\p{Z}": " ", r"\p{N}": "0-9", r"[\p{ASCII}]": "[!-~]", r"\p{ASCII}": "[!-~]"}


def matches(pattern: str, text: str) -> bool:
    """Full match, with dot matching newlines."""
    try:
        return regex.fullmatch(pattern, text, regex.DOTALL) is not None
    except regex.error:
        return re.fullmatch(pattern, text, re.DOTALL) is not None


@functools.cache
def matching(pattern: str | None, length: int) -> str | None:
    """None where no such string is found."""
    if pattern is None:
        return "x" * length
    readable = pattern
    for name, text in _PROPERTIES.items():
        readable = readable.replace(name, text)
    tree = parser.parse(readable)
    for stretched in range(_repeats(tree)):
        once, twice = (len(_string(tree, stretched, extra, [0])) for extra in (1, 2))
        turns = 1 + (length - once) // (twice - once) if twice > once else 0
        for extra in (max(turns, 0), 0):
            text = _string(tree, stretched, extra, [0])
            if len(text) == length and matches(pattern, text):
                return text
    return None


@functools.cache
def shortest(pattern: str | None, least: int) -> str:
    """A string that matches and has at least that many characters."""
    return next(text for length in range(least, 500) if (text := matching(pattern, length)) is not None)


@functools.cache
def breaking(pattern: str, text: str) -> str | None:
    """`text` with one character changed such that it no longer matches; None for a pattern that takes anything."""
    for place in range(len(text) - 1, -1, -1):
        for other in ("\n", " ", "!", "é", "\x7f", "☃"):
            changed = text[:place] + other + text[place + 1 :]
            if not matches(pattern, changed):
                return changed
    blank = " " * len(text)
    return None if matches(pattern, blank) else blank


def _repeats(tree) -> int:
    """How many places there are to stretch, at least one."""
    return max(1, sum(1 for _ in _walk(tree)))


def _walk(tree):
    for code, argument in tree:
        if code is op.MAX_REPEAT:
            yield argument
            yield from _walk(argument[2])
        elif code is op.SUBPATTERN:
            yield from _walk(argument[3])
        elif code is op.BRANCH:
            yield from _walk(argument[1][0])


def _string(tree, stretched: int, extra: int, count: list[int]) -> str:
    """The shortest string of the tree, but for the repeat number `stretched`, which gets `extra` more turns."""
    text = ""
    for code, argument in tree:
        if code is op.MAX_REPEAT:
            low, high, inner = argument
            turns = min(low + extra, high) if count[0] == stretched else low
            count[0] += 1
            before = count[0]
            turn = _string(inner, stretched, extra, count)
            if before <= stretched < count[0]:
                turns = max(turns, 1)
            text += turn * turns
        elif code is op.SUBPATTERN:
            text += _string(argument[3], stretched, extra, count)
        elif code is op.BRANCH:
            text += _string(argument[1][0], stretched, extra, count)
        elif code is op.LITERAL:
            text += chr(argument)
        elif code is op.NOT_LITERAL:
            text += "x" if argument != ord("x") else "y"
        elif code is op.ANY:
            text += "x"
        elif code is op.IN:
            text += _of_class(argument)
        else:
            assert code is op.AT, code
    return text


def _of_class(members) -> str:
    if members[0][0] is op.NEGATE:
        return next(c for c in "xyz0" if re.match(f"[{c}]", c) and not _holds(members[1:], c))
    return next(c for c in "a0A-x :!._ " + "".join(map(chr, range(32, 0x250))) if _holds(members, c))


def _holds(members, c: str) -> bool:
    return any(
        (code is op.LITERAL and ord(c) == argument)
        or (code is op.RANGE and argument[0] <= ord(c) <= argument[1])
        or (code is op.CATEGORY and _of_category(argument, c))
        for code, argument in members
    )


def _of_category(category, c: str) -> bool:
    tests = {op.CATEGORY_DIGIT: r"\d", op.CATEGORY_WORD: r"\w", op.CATEGORY_SPACE: r"\s", op.CATEGORY_NOT_SPACE: r"\S"}
    return re.match(tests[category], c) is not None
