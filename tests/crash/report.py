"""What a sweep found, as tables for people."""

from collections import Counter, defaultdict

WAYS = ("start", "resume", "adopt", "asked", "other")
_HEADS = ("", "kills", "jobs", "done before", "started", "resumed", "adopted", "asked", "stopped…", "wrong")


def tables(outcomes, addresses):
    """By what the kill hit, by kind, by world; markdown. `addresses`: by story, all that it knows."""
    struck = [outcome for outcome in outcomes if outcome.point]
    return "\n\n".join(
        _table(title, struck, addresses, key)
        for title, key in (
            ("killed at", lambda outcome, _: f"{outcome.kill.what} {outcome.kill.side}".strip()),
            ("kind", lambda _, address: address.partition("/")[0]),
            ("the services", lambda outcome, _: outcome.kill.world_name),
            ("story", lambda outcome, _: outcome.kill.story),
        )
    )


def _table(title, outcomes, addresses, key):
    kills, ways, wrong = defaultdict(set), defaultdict(Counter), Counter()
    for number, outcome in enumerate(outcomes):
        for address in addresses[outcome.kill.story]:
            row = key(outcome, address)
            kills[row].add(number)
            way = outcome.ways.get(address, "none")
            ways[row][way if way in (*WAYS, "none") else "other"] += 1
            wrong[row] += sum(text.startswith(f"{address} ") for text in outcome.wrong)
    lines = [(title, *_HEADS[1:])]
    for row in sorted(ways):
        counted = ways[row]
        lines.append(
            (row, len(kills[row]), counted.total(), counted["none"], *(counted[way] for way in WAYS), wrong[row])
        )
    return "\n".join(
        ["| " + " | ".join(map(str, line)) + " |" for line in [lines[0], ("---",) * len(_HEADS), *lines[1:]]]
    )
