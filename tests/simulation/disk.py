"""What a folder would hold after the power was cut: what was synced, and as much of the rest as chance allows.

The store's files are real; its writes and syncs pass through here, each of them a moment at which the process that
makes it may die.
"""

import contextlib
from unittest.mock import patch

from reconcile.lockfile import files, journal, lease
from tests.simulation.process import RUNNING

LOCK = "reconcile.lock.json"
JOURNAL = f"{LOCK}.journal"
LEASE = f"{LOCK}.lease"


class Disk:
    def __init__(self, folder):
        self.folder = folder
        self._paths = {}  # of open files, by descriptor
        self._synced = {}  # bytes of a name's file that cannot be lost
        self._whole = []  # contents that were synced under a temporary name
        self._durable = {}  # what a name stands for, as of the last sync of the folder

    @contextlib.contextmanager
    def mounted(self):
        """The lock file's code writes to this disk."""
        real = {name: getattr(files, name) for name in ("open_file", "sync", "sync_folder", "write_at_once")}
        note = lease.HeldFile.write
        disk = self

        def open_file(path, flags):
            descriptor = real["open_file"](path, flags)
            disk._paths[descriptor] = path
            return descriptor

        def write_at_once(descriptor, data):
            RUNNING.get().write_bytes(descriptor, data, real["write_at_once"])

        def sync(descriptor):
            RUNNING.get().step("sync")
            disk._note_synced(disk._paths[descriptor])

        def sync_folder(path):
            RUNNING.get().step("sync the folder")
            disk._note_names()

        def write(held, line):
            if not RUNNING.get().dead:
                note(held, line)

        clear = journal.Journal.clear

        def clear_after_a_step(*arguments):
            RUNNING.get().step("clear the journal")
            clear(*arguments)

        with contextlib.ExitStack() as patches:
            patches.enter_context(patch.object(journal.Journal, "clear", clear_after_a_step))
            for name, act in (("sync", sync), ("sync_folder", sync_folder), ("write_at_once", write_at_once)):
                patches.enter_context(patch.object(files, name, act))
                patches.enter_context(patch.object(journal, name, act))
            for module in (files, journal, lease):
                patches.enter_context(patch.object(module, "open_file", open_file))
            patches.enter_context(patch.object(lease.HeldFile, "write", write))
            yield

    def cut_power(self, rng):
        """What was not synced is there, or not, or a part of it."""
        for name in (LOCK, JOURNAL):
            now, durable = self._content(name), self._durable.get(name)
            if now is not None and (durable is not None or rng.random() < 0.5):
                first = self._synced_length(name, now)
                kept = now[: rng.randint(first, len(now))]
                if name == LOCK and durable is not None and now != durable and rng.random() < 0.5:
                    kept = durable
                self._put(name, kept)
            elif now is None and durable is not None and rng.random() < 0.5:
                self._put(name, durable)
            elif now is not None:
                (self.folder / name).unlink()
        self.settle()

    def settle(self):
        """Everything has reached the disk."""
        self._durable = {name: self._content(name) for name in (LOCK, JOURNAL)}
        self._whole = [text for text in (self._content(LOCK),) if text is not None]
        self._synced = {JOURNAL: len(self._content(JOURNAL) or b"")}

    def _note_synced(self, path):
        text = path.read_bytes() if path.exists() else b""
        if path.name.endswith(".tmp"):
            self._whole.append(text)
        else:
            self._synced[path.name] = len(text)
            if path.name in self._durable:
                self._durable[path.name] = text

    def _note_names(self):
        self._durable = {}
        for name in (LOCK, JOURNAL):
            text = self._content(name)
            if text is not None:
                self._durable[name] = text[: self._synced_length(name, text)]

    def _synced_length(self, name, text):
        if name == LOCK:
            return len(text) if text in self._whole else 0
        return min(self._synced.get(name, 0), len(text))

    def _content(self, name):
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    def _put(self, name, text):
        if self._content(name) != text:
            (self.folder / name).write_bytes(text)
