"""What is wrong with files, or ended a command early, as the subject of a page."""

from reconcile.model.problem import Problem, Problems
from reconcile.report.places import under
from reconcile.report.problems import words_of
from reconcile.report.style import Look
from reconcile.report.views.html.subject import Badge, Item, Subject, Tile, error_notice

_WRONG = Badge("wrong", Look.RED)


def of_problems(problems: Problems, folder: str) -> Subject:
    return Subject(
        title="Problems",
        summary=problems.summary,
        columns=("Problem", "Where", "What"),
        section="Problems",
        nothing="" if problems.error else "Nothing is wrong.",
        tiles=() if problems.error else (Tile(len(problems.found), _WRONG),),
        items=tuple(_item(problem, folder) for problem in problems.found),
        shard=problems.shard,
        notices=(error_notice(problems.error),) if problems.error else (),
        facts=(("Exit code", str(problems.exit.value)),),
    )


def _item(problem: Problem, folder: str) -> Item:
    place = str(under(folder, problem.place))
    kind, _, name = problem.address.partition("/")
    return Item(kind, name or place, _WRONG, words_of(problem), facts=(place,) if name else ())
