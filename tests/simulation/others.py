"""What other people do: jobs of theirs that look like ours, and lock files that Git has merged."""

import re

from reconcile.model.observed import TAG_PREFIX
from reconcile.sandbox.rules import Refused

_LINE = re.compile(rb'^"([^"]+/[^"]+)":.*\}(?=,?$)', re.MULTILINE)


def start_alike(world, address, *, of_project):
    """Someone starts a copy of the address's last job: with the marks of another project (`of_project`), or with a name
    like ours and no marks. Not of DataArts: nothing tells its runs apart."""
    copied = world.truth.requests.get(address)
    if copied is None:
        return
    kind, place, params = copied
    number = world.rng.getrandbits(32)
    world.tell(f"someone starts a job like {address}, {'of another project' if of_project else 'without marks'}")
    params = {**params, kind.start.name: f"{address.name}-{world.rng.randint(1, 9)}-{number:08x}"}
    if kind.start.token:
        params[kind.start.token] = f"theirs-{number}"
    tags = params.pop(kind.start.tags, None)
    if of_project and tags is not None:
        params[kind.start.tags] = _with_project(tags, kind.start.tag_style, "theirs")
    before = world.cloud.memory.counter
    try:
        world.engine.call(kind.service, kind.start.operation, place, params)
    except Refused as refused:
        world.tell(f"  refused: {refused}")
    world.truth.foreign |= set(range(before + 1, world.cloud.memory.counter + 1))


def _with_project(tags, style, project):
    name = f"{TAG_PREFIX}project"
    if style == "map":
        return {**tags, name: project}
    key, value = style.split("/")
    return [{key: tag[key], value: project if tag[key] == name else tag[value]} for tag in tags]


def conflict(one, other):
    """The two versions as Git leaves them where it cannot merge."""
    return b"<<<<<<< HEAD\n" + one + b"=======\n" + other + b">>>>>>> branch\n"


def mixed(rng, one, other):
    """The head of `one` and of each line either version, as after a merge by somebody in a hurry."""
    lines = [{match[1]: match[0] for match in _LINE.finditer(text)} for text in (one, other)]
    kept = {key: rng.choice([each[key] for each in lines if key in each]) for key in sorted({**lines[0], **lines[1]})}
    head = one.partition(b'"jobs":{\n')[0]
    return head + b'"jobs":{\n' + b",\n".join(kept.values()) + b"\n}}\n"
