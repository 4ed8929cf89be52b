"""What plans cost: the first one, those without changes, and one after a few changes."""

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reconcile.manifest.cache import OFF, VARIABLE
from tests.bench import terraform
from tests.bench.cloud import Cloud
from tests.bench.cost import Part
from tests.bench.jobs import edit, write_manifests
from tests.bench.settled import settle

RECONCILE = (sys.executable, "-m", "reconcile")
PLAN = (*RECONCILE, "-C", ".", "plan", "--detailed-exitcode")
FLOOR = (sys.executable, str(Path(__file__).with_name("floor.py")), ".")
CHANGES, NO_CHANGES = 2, 0
FEW, EDITED = 5, 10

VERSION = "reconcile --version"
FEW_WARM, FEW_COLD = f"no-change plan of {FEW}", f"no-change plan of {FEW}, no cache"
LAYOUTS = {"100 a file": 100, "one a file": 1}
MANY_A_FILE, ONE_A_FILE = LAYOUTS
EDITED_PLAN, EDITED_COLD = f"plan after {EDITED} changes", f"plan after {EDITED} changes, no cache"
TENTH, TENFOLD = "no-change plan, a tenth of the jobs", "no-change plan, ten times the jobs"
LEAST = "parse, validate and digest only"
TERRAFORM_FIRST, TERRAFORM_NO_CHANGE = "terraform: first plan", "terraform: no-change plan"

# Credentials for a place where nobody listens: one call, and the plan is blocked instead of empty.
NOBODY = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}
COLD = {**NOBODY, VARIABLE: OFF}


def first(layout: str) -> str:
    return f"first plan, {layout}"


def no_change(layout: str) -> str:
    return f"no-change plan, {layout}"


def plans(folder: Path, count: int, cloud: Cloud) -> Iterator[Part]:
    """First plans ask the sandbox; plans without changes have nobody to ask, and fail if they try to.

    The first round of a plan without changes fills its cache, unless there is none; a first plan never finds one.
    """
    warm = NOBODY | {VARIABLE: str(folder / "cache")}
    few = _settled(folder / "few", FEW, a_file=1)
    yield Part(VERSION, (*RECONCILE, "--version"), folder, 0)
    yield Part(FEW_WARM, PLAN, few, NO_CHANGES, warm)
    yield Part(FEW_COLD, PLAN, few, NO_CHANGES, COLD)
    for layout, a_file in LAYOUTS.items():
        jobs = write_manifests(folder / f"first-{a_file}", count, a_file=a_file)
        settled = _settled(folder / f"settled-{a_file}", count, a_file=a_file)
        peer = TERRAFORM_NO_CHANGE
        empty = _without_cache(folder / "first-cache", cloud)
        yield Part(first(layout), PLAN, jobs, CHANGES, peer=TERRAFORM_FIRST, before=empty)
        yield Part(no_change(layout), PLAN, settled, NO_CHANGES, warm, peer)
        yield Part(f"{no_change(layout)}, no cache", PLAN, settled, NO_CHANGES, COLD, peer)
    yield Part(LEAST, FLOOR, folder / f"settled-{LAYOUTS[MANY_A_FILE]}", 0)
    edited = _settled(folder / "edited", count, a_file=LAYOUTS[MANY_A_FILE])
    change = edit(edited, EDITED, cloud.present)
    yield Part(EDITED_PLAN, PLAN, edited, CHANGES, warm, before=change)
    yield Part(EDITED_COLD, PLAN, edited, CHANGES, COLD, before=change)
    for name, size in ((TENTH, max(1, count // 10)), (TENFOLD, count * 10)):
        jobs = _settled(folder / f"settled-{size}-jobs", size, a_file=LAYOUTS[MANY_A_FILE])
        yield Part(name, PLAN, jobs, NO_CHANGES, warm)


def terraforms(folder: Path, count: int) -> Iterator[Part]:
    if terraform.version():
        first = terraform.write_configuration(folder / "terraform-first", count, in_state=False)
        settled = terraform.write_configuration(folder / "terraform-settled", count, in_state=True)
        yield Part(TERRAFORM_FIRST, terraform.PLAN, first, CHANGES, terraform.ENVIRON)
        yield Part(TERRAFORM_NO_CHANGE, terraform.PLAN, settled, NO_CHANGES, terraform.ENVIRON)


def _settled(folder: Path, count: int, *, a_file: int) -> Path:
    settle(write_manifests(folder, count, a_file=a_file))
    return folder


def _without_cache(cache: Path, cloud: Cloud) -> Callable[[], Mapping[str, str]]:
    begin = cloud.fresh(rates=False)

    def before() -> Mapping[str, str]:
        shutil.rmtree(cache, ignore_errors=True)
        return {**begin(), VARIABLE: str(cache)}

    return before
