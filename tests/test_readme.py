"""What the README says of commands, files and headings is what there is."""

import ast
import re
from pathlib import Path

import click
import pytest

from reconcile.cli import main
from reconcile.cli.shell.root import root
from reconcile.errors import Exit
from tests.cli.test_command_line import every_command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
PROSE = CODE.sub("", README)
HEADINGS = re.findall(r"^(#{2,3}) (.+)$", PROSE, re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][-a-z]+")
PATH = re.compile(r"`((?:reconcile|tests|manifests|\.github)/[^`\s]+)`")
EVERYWHERE = {"64", "130"}  # codes that can come of every command; said once


def parts_of(text, mark):
    """Heading -> text, and "" -> what stands before the first of them."""
    first, *more = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    return {"": first} | dict(zip(more[::2], more[1::2], strict=True))


COMMANDS = parts_of(parts_of(README, "##")["Commands"], "###")


def section_of(name):
    return next(text for heading, text in COMMANDS.items() if name in heading.split(", "))


def commands_in(name):
    """A command, or all of a group's: each with what its help says."""
    command = root.get_command(None, name)
    return [command, *(command.commands.values() if isinstance(command, click.Group) else ())]


def long_options(name):
    return {
        word
        for command in commands_in(name)
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden
        for word in param.opts
        if word.startswith("--")
    }


def of_several():
    """The table of options that several commands take: option -> the commands that it names."""
    table = COMMANDS[""].partition("| option | of | |")[2]
    rows = re.findall(r"^\| (`--.+?) \| (\w[\w, ]*) \|", table, re.MULTILINE)
    return {option: set(names.split(", ")) for options, names in rows for option in OPTION.findall(options)}


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_command_has_a_section_and_every_section_a_command():
    assert sorted(word for heading in COMMANDS if heading for word in heading.split(", ")) == sorted(root.summaries)


@pytest.mark.parametrize("name", root.summaries)
def test_every_option_of_a_command_is_in_its_section_or_in_the_table_of_those_of_several(name):
    section = section_of(name)
    like = re.search(r"options as for (\w+)", section)
    said = set(OPTION.findall(section + (section_of(like[1]) if like else "")))
    assert long_options(name) <= said | {option for option, names in of_several().items() if name in names}


def test_the_table_of_options_of_several_commands_names_those_that_take_them():
    table = of_several()
    assert len(table) >= 8
    assert table == {option: {name for name in root.summaries if option in long_options(name)} for option in table}


def test_every_option_of_all_commands_is_in_the_table_of_them():
    options = {word for param in root.params for word in param.opts if word.startswith("--")}
    assert options <= set(OPTION.findall(COMMANDS[""]))


def known_options():
    commands = [root, *(command for name in root.summaries for command in commands_in(name))]
    return {word for command in commands for param in command.params for word in (*param.opts, *param.secondary_opts)}


def test_no_option_is_named_that_does_not_exist():
    assert set(OPTION.findall("".join(COMMANDS.values()))) - known_options() == {"--help"}


def test_no_message_names_an_option_that_is_not_there():
    """A message is a text of several words: arguments for other programs stand alone."""
    named = {
        option: file.name
        for file in (ROOT / "reconcile").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
        for option in OPTION.findall(node.value)
    }
    known = known_options() | {"--help", "--rebase", "--no-"}  # the last two are of git
    assert {option: file for option, file in named.items() if option not in known} == {}


@pytest.mark.parametrize("name", root.summaries)
def test_the_exit_codes_of_a_command_are_those_of_its_help(name):
    said = re.search(r"Codes: (.+?)\.(?:\s|$)", section_of(name), re.DOTALL)[1]
    helps = [re.search(r"Exit codes:(.+)", command.help, re.DOTALL) for command in commands_in(name)]
    told = " ".join(found[1] for found in helps if found)
    if "those of apply" in told:
        assert said == "those of apply"
    else:
        assert numbers(said) - EVERYWHERE == numbers(told) - EVERYWHERE


def numbers(text):
    """Codes are at the beginning, or behind a comma or semicolon."""
    return set(re.findall(r"(?:^|[,;.])\s*(\d+)\b", text))


def test_every_command_tells_its_exit_codes():
    missing = [
        words
        for words, command in every_command()
        if "Exit codes:" not in command.help and "Exit codes:" not in root.get_command(None, words.split()[0]).help
    ]
    assert missing == []


def test_links_within_lead_to_a_heading_and_no_two_headings_share_one():
    anchors = [anchor(heading) for _, heading in HEADINGS]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= set(anchors)


def test_the_contents_list_every_chapter():
    contents = PROSE.partition("\n## ")[0]
    assert re.findall(r"\[([^\]]+)\]\(#", contents) == [heading for level, heading in HEADINGS if level == "##"]


def test_files_that_it_names_are_there():
    named = [path for path in PATH.findall(PROSE) if "<" not in path]
    assert len(named) > 10
    assert [path for path in named if not list(ROOT.glob(path))] == []


def test_project_files_and_manifests_in_it_are_valid(tmp_path, capsys):
    """Those that are whole; fragments begin elsewhere."""
    whole = [
        block
        for block in re.findall(r"^```yaml\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
        if "apiVersion" in block
    ]
    for number, block in enumerate(whole):
        (tmp_path / ("reconcile.yaml" if "kind: Project" in block else f"job-{number}.yaml")).write_text(block)
    code, said = main(["-C", str(tmp_path), "validate"]), capsys.readouterr()
    assert (code, said.out) == (Exit.DONE, "Valid: 1 manifest.\n"), said.err


def test_targets_of_make_that_it_names_are_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)`?", "\n".join(re.findall(r"`make [^`]+`", README)))) <= targets
