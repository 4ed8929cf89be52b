"""What follows from a descriptor: the phase of a status, the goals that a spec may have."""

from reconcile.kinds.descriptor import Descriptor, GoalRule
from reconcile.model.job import Spec
from reconcile.model.phase import Goal, Phase


def phase_of(descriptor: Descriptor, status: str) -> Phase:
    """A status that a service added later is unknown: nothing is done on a guess."""
    return descriptor.phases.get(status, Phase.UNKNOWN)


def default_goal(descriptor: Descriptor, spec: Spec) -> Goal:
    """The first goal, unless the spec is of the sort that a later one was made for."""
    for rule in descriptor.goals:
        if rule.when and _holds(rule, spec):
            return rule.goal
    return descriptor.goals[0].goal


def goal_problem(descriptor: Descriptor, goal: Goal, spec: Spec) -> str:
    """What is wrong with wanting `goal` of this spec, and what to do; "" where nothing is."""
    rules = [rule for rule in descriptor.goals if rule.goal is goal]
    if any(_holds(rule, spec) for rule in rules):
        return ""
    if rules:
        needed = " and ".join(f"{member}: {value}" for member, value in rules[0].when.items())
        return f"{goal} needs {needed} in the spec; add it, or choose another goal"
    allowed = ", ".join(dict.fromkeys(rule.goal for rule in descriptor.goals))
    if goal is Goal.STOPPED and not descriptor.can_stop:
        return f"{descriptor.service} cannot stop such a job; use one of: {allowed}"
    return f"{descriptor.kind} cannot have the goal {goal}; use one of: {allowed}"


def members_read(descriptor: Descriptor) -> frozenset[str]:
    """The members of a spec that reconcile reads itself: they name the job, say where it lives or what it is for, and
    are recorded and shown."""
    named = {source.removeprefix("input.").partition(".")[0] for source in descriptor.id.values()}
    parents = descriptor.list.parent.values() if descriptor.list else ()
    members = {*named, *parents, descriptor.start.name, *(member for rule in descriptor.goals for member in rule.when)}
    return frozenset(member for member in members if member)


def _holds(rule: GoalRule, spec: Spec) -> bool:
    return all(spec.get(member) == value for member, value in rule.when.items())
