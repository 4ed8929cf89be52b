"""What is wrong with manifests, as the subject of a page."""

from reconcile.model.problem import Problem, Problems
from reconcile.report.attention import in_repository
from reconcile.report.problems import words_of
from reconcile.report.style import Look
from reconcile.report.views.html.subject import Badge, Item, Subject, Tile

_WRONG = Badge("wrong", Look.RED)


def of_problems(problems: Problems, folder: str) -> Subject:
    return Subject(
        title="Problems",
        summary=problems.summary,
        columns=("Problem", "Where", "What"),
        nothing="Nothing is wrong.",
        tiles=(Tile(len(problems.found), _WRONG),),
        items=tuple(_item(problem, folder) for problem in problems.found),
        shard=problems.shard,
        facts=(("Exit code", str(problems.exit.value)),),
    )


def _item(problem: Problem, folder: str) -> Item:
    place = str(in_repository(problem.place, folder))
    kind, _, name = problem.address.partition("/")
    return Item(kind, name or place, _WRONG, words_of(problem), facts=(place,) if name else ())
