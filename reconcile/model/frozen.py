"""`dataclass` for frozen values with slots. The classes are made in little more than half the time, and even a plan in
which all is settled makes 30 of them.

For each class, `dataclasses` writes and compiles six methods. Three of them can be the same for all.
"""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """As in `dataclasses`, for those who want both."""
        assert frozen
        assert slots
        return _made

    def _made(cls: type) -> type:
        made = dataclasses.dataclass(frozen=True, slots=True, repr=False, eq=False)(cls)
        values = attrgetter(*(field.name for field in fields(made) if field.compare))

        def equals(self: object, other: object) -> bool:
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        made.__eq__ = equals
        made.__hash__ = lambda self: hash(values(self))
        if made.__repr__ is object.__repr__:
            made.__repr__ = _repr
        return made

    def _repr(self: Any) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"


__all__ = ["dataclass"]
