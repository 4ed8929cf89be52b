"""The right word for a wrong one."""


def nearest(word: str, words: list[str]) -> str:
    """`; did you mean …?`, or nothing where none is near. Capitals count for nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - whoever makes no mistake does without

    plain = {item.lower(): item for item in words}
    near = get_close_matches(word.lower(), plain, 1)
    return f"; did you mean {plain[near[0]]}?" if near else ""
