"""What `gh api` is to the workflows: comments and issues in a file. Its filters are jq's own."""

import json
import os
import re
import sys
from pathlib import Path

import jq

BOT = {"login": "github-actions[bot]", "type": "Bot"}


def main(arguments):
    assert arguments.pop(0) == "api"
    assert os.environ["GH_TOKEN"]
    path, method, given, filtered = read(arguments)
    state = Path(os.environ["GH_STATE"])
    hub = json.loads(state.read_text())
    hub["calls"].append(f"{method} {path}")
    answer = answered(hub, method, path.removeprefix("repos/team/jobs/"), given)
    state.write_text(json.dumps(hub))
    for text in jq.compile(filtered).input_value(answer).text().splitlines() if filtered else []:
        print(text)


def read(arguments):
    words, given, method, path, filtered = iter(arguments), {}, "GET", "", ""
    for word in words:
        match word:
            case "--paginate" | "--silent":
                pass
            case "--method":
                method = next(words)
            case "--jq":
                filtered = next(words)
            case "--field" | "--raw-field":
                name, _, value = next(words).partition("=")
                if word == "--field" and value.startswith("@"):
                    value = Path(value[1:]).read_text()
                given[name] = value
            case _:
                assert not word.startswith("-"), word
                path = word
    return path, method, given, filtered


def answered(hub, method, path, given):
    match method, re.split(r"[/?]", path):
        case "GET", ["issues", number, "comments", _]:
            return [comment for comment in hub["comments"] if comment["issue"] == number]
        case "POST", ["issues", number, "comments"]:
            hub["comments"].append({"id": len(hub["comments"]) + 100, "issue": number, "user": BOT, **given})
        case "PATCH", ["issues", "comments", number]:
            next(found for found in hub["comments"] if found["id"] == int(number)).update(given)
        case "GET", ["issues", _]:
            return [issue for issue in hub["issues"] if issue["state"] == "open"]
        case "POST", ["issues"]:
            hub["issues"].append({"number": len(hub["issues"]) + 7, "state": "open", "user": BOT, **given})
        case "PATCH", ["issues", number]:
            next(found for found in hub["issues"] if found["number"] == int(number)).update(given)
        case unknown:
            raise AssertionError(unknown)
    return None


main(sys.argv[1:])
