"""What is wrong with a project's files, or ended a command early, as text and as JSON: told instead of a plan, a result
or a drift report."""

from dataclasses import replace
from typing import Any

from reconcile.model.problem import Problem, Problems
from reconcile.report.encode import FORMAT_VERSION, json_error, json_shard, json_text
from reconcile.report.places import under
from reconcile.report.visible import visible_lines


def problems_text(problems: Problems, folder: str) -> str:
    """`file:line:column: address: field: what is wrong`, one a line, and how many there are. `folder`: of the project,
    as the reader calls it. Ends without a newline."""
    found = (replace(problem, place=under(folder, problem.place)) for problem in problems.found)
    error = [str(problems.error)] if problems.error else []
    shard = [f"Shard {problems.shard}: the files of all shards are read."] if problems.shard else []
    return visible_lines("\n".join([*map(str, found), *error, *shard, problems.summary]))


def problems_json(problems: Problems) -> str:
    """Ends without a newline."""
    return json_text(
        {"formatVersion": FORMAT_VERSION}
        | problems_summary_object(problems)
        | {"problems": [problem_object(problem) for problem in problems.found]}
    )


def problems_summary_object(problems: Problems) -> dict[str, Any]:
    """All but the single problems."""
    return {**json_shard(problems.shard), "what": problems.summary, "error": json_error(problems.error)}


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
