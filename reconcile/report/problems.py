"""What is wrong with manifests, told instead of a plan, a result or a drift report: as text, and as JSON."""

from typing import Any

from reconcile.model.problem import Problem, Problems
from reconcile.report.encode import FORMAT_VERSION, json_shard, json_text
from reconcile.report.visible import visible_lines


def problems_text(problems: Problems) -> str:
    """`file:line:column: address: field: what is wrong`, one a line, and how many there are. Ends without a newline."""
    shard = [f"Shard {problems.shard}: the manifests of all shards are read."] if problems.shard else []
    return visible_lines("\n".join([*map(str, problems.found), *shard, problems.summary]))


def problems_json(problems: Problems) -> str:
    """Ends without a newline."""
    return json_text(
        {"formatVersion": FORMAT_VERSION}
        | json_shard(problems.shard)
        | {"what": problems.summary, "problems": [problem_object(problem) for problem in problems.found]}
    )


def problem_object(problem: Problem) -> dict[str, Any]:
    """A line or a column that is not known is null."""
    place = problem.place
    return {
        "file": place.file,
        "line": place.line or None,
        "column": place.column or None,
        "address": problem.address or None,
        "field": problem.field or None,
        "message": problem.message,
    }


def name_of(problem: Problem) -> str:
    """Of what it is told: the job, or else the file."""
    return problem.address or problem.place.file


def words_of(problem: Problem) -> str:
    """What is wrong, in one line, without the place."""
    return ": ".join(part for part in (problem.field, problem.message) if part)
