"""What a file system says of a file: one of which it still says the same is known without being read."""

import os
import time

Stamp = list[int]  # a list, as JSON gives it back
NO_STAMP: Stamp = []  # of a file that is known by its content alone

GRAIN = 2 * 10**9  # nanoseconds: no file system's times are coarser


def stamp_of(about: os.stat_result) -> Stamp:
    """Nobody can set the time of the last change of a file's content or its other facts, which comes last."""
    return [about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns]


class Stamps:
    """Which stamps of one load may be trusted by later ones."""

    def __init__(self, folder: str) -> None:
        """Made before any file is read. Where nothing can be written, times were not made by writing: an image's may
        all be the same, in the next one too."""
        self._read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
        self._latest = time.time_ns() - GRAIN

    def is_firm(self, stamp: Stamp) -> bool:
        """Whether any change from now on gives the file another one: not where it has changed so lately that a second
        change, after it was read, may bear the same time."""
        return not self._read_only and max(stamp[2:]) < self._latest

    def is_known(self, stamp: Stamp, path: str) -> bool:
        """Whether it is the stamp of what lies there now."""
        if not stamp or self._read_only:
            return False
        try:
            return stamp == stamp_of(os.stat(path))  # noqa: PTH116 - a Path takes as long as the question, 10,000 times
        except OSError:
            return False
