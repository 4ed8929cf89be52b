"""`reconcile fmt`: what it moves, what it leaves alone, and that no value and no comment is ever lost."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.cli import main
from reconcile.errors import Exit
from reconcile.kinds.content import Flaw
from reconcile.manifest.documents import documents
from reconcile.manifest.formatting import formatted
from tests.cli.conftest import EXAMPLES

UNTIDY = """\
# head
kind: Foo··
# about the spec
spec:
    # of the id
    id: "00123"   # why
    list:
    - --day
    # second
    -   '2026-11-21'
    - - a
      -   b: 1
          text: |
             hello
               there··

             end
          word: one
              two
      # of the inner list
    # of the text
    "quoted": "a
      b"
    flow: {a: 1e3,
      b: 010x}
metadata:
   name: nightly
apiVersion: reconcile/v1
# the end
--- # two
metadata: {name: a}
apiVersion: reconcile/v1


""".replace("·", " ")

TIDY = """\
# head
apiVersion: reconcile/v1
kind: Foo
metadata:
  name: nightly
# about the spec
spec:
  # of the id
  id: "00123"   # why
  list:
    - --day
    # second
    - '2026-11-21'
    - - a
      - b: 1
        text: |
           hello
             there··

           end
        word: one
            two
      # of the inner list
  # of the text
  "quoted": "a
    b"
  flow: {a: 1e3,
    b: 010x}
# the end
--- # two
apiVersion: reconcile/v1
metadata: {name: a}
""".replace("·", " ")

ATOMS = st.one_of(
    st.integers(-99, 99), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.sampled_from(["010", "1e3", "yes", "~", "", " x ", "# no comment", "a: b", "- c", "two\nlines\n", "2026-11-21"]),
    st.text("ab \n#:-'\"", max_size=30),
)  # fmt: skip
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc -", min_size=1), inner, max_size=3)
)


def test_lines_go_where_they_belong_and_stay_what_they_are():
    assert formatted("a.yaml", UNTIDY.encode()).decode() == TIDY
    assert formatted("a.yaml", UNTIDY.replace("\n", "\r\n").encode()).decode() == TIDY
    assert formatted("a.yaml", TIDY.encode()).decode() == TIDY


KEPT = """\
spec:
    text: |+
        a

    other: >+

        b


kind: Foo
metadata: {name: a}
apiVersion: reconcile/v1
notes: |+
    # no comment



"""


def test_empty_lines_that_a_text_keeps_stay_with_it():
    """At the end of the file, and where the field that they end goes elsewhere."""
    tidy = formatted("a.yaml", KEPT.encode())
    assert (
        tidy.decode()
        == """\
apiVersion: reconcile/v1
kind: Foo
metadata: {name: a}
notes: |+
    # no comment



spec:
  text: |+
      a

  other: >+

      b


"""
    )
    assert yaml.safe_load(tidy) == yaml.safe_load(KEPT)
    assert formatted("a.yaml", tidy) == tidy
    several = f"{KEPT}---\n{KEPT}---\n{TIDY}"
    assert list(yaml.safe_load_all(formatted("a.yaml", several.encode()))) == list(yaml.safe_load_all(several))
    clipped = KEPT.replace("+", "")
    assert formatted("a.yaml", clipped.encode()).endswith(b"\n      b\n")


@settings(max_examples=150)
@given(
    spec=st.dictionaries(st.text("abc", min_size=1), VALUES, max_size=3),
    written=st.fixed_dictionaries(
        {
            "indent": st.integers(2, 7),
            "width": st.sampled_from([12, 80]),
            "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
            "default_flow_style": st.sampled_from([False, None]),
        }
    ),
)
def test_no_value_changes_and_what_is_formatted_stays_as_it_is(spec, written):
    value = {"spec": spec, "kind": "Foo", "apiVersion": "reconcile/v1"}
    text = yaml.dump(value, sort_keys=False, **written)
    before = [document.value for document in documents("a.yaml", text)]
    try:
        once = formatted("a.yaml", text.encode())
    except Flaw:
        return  # of texts that the project does not read, or that it rather leaves alone
    assert [document.value for document in documents("a.yaml", once.decode())] == before
    assert formatted("a.yaml", once) == once


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_are_formatted(path):
    assert formatted(path.name, path.read_bytes()) == path.read_bytes()


@pytest.mark.parametrize(
    "text", ["a:   1\n", "apiVersion:   v1\nkind: Pod\n", "- 1\n-   2\n", "", "# nothing\n", "text\n"]
)
def test_what_is_not_ours_is_left_alone(text):
    assert formatted("a.yaml", text.encode()) == text.encode()


def test_a_file_that_is_left_alone_for_one_of_its_documents_is_named(project):
    file = project.has("job-run.yaml").folder / "job-run.yaml"
    mixed = file.read_text().replace("\n  name: nightly", "\n    name: nightly") + "---\napiVersion:   v1\n"
    file.write_text(mixed)
    ran = project("fmt", str(file))
    line = mixed.count("\n", 0, mixed.index("---\napiVersion:   v1")) + 1
    assert (ran.code, ran.out, file.read_text()) == (Exit.DONE, "", mixed)
    assert f"{file} is left as it is: what begins in line {line} is no manifest of ours." in ran.err


def test_what_would_change_is_told_shown_or_written(project):
    project.has("job-run.yaml", "together.yaml")
    file = project.folder / "job-run.yaml"
    tidy = file.read_text()
    file.write_text(tidy.replace("\n  name: nightly", "\n    name: nightly  "))
    checked = project("fmt", "--check", "--diff")
    assert checked.code == Exit.CHANGES
    assert "-    name: nightly  \n+  name: nightly\n" in checked.out
    assert file.read_text() != tidy
    file.chmod(0o640)
    written = project("fmt")
    assert (written.code, written.out.strip().rpartition("/")[2], written.err) == (Exit.DONE, "job-run.yaml", "")
    assert (file.read_text(), file.stat().st_mode & 0o777) == (tidy, 0o640)
    assert (project("fmt", "--check").code, project("fmt").out) == (Exit.DONE, "")
    assert not [path.name for path in project.folder.iterdir() if path.name.startswith(".")]


def test_a_file_that_cannot_be_read_does_not_keep_others_from_being_written(tmp_path, capsys):
    broken, untidy = tmp_path / "broken.yaml", tmp_path / "untidy.yaml"
    broken.write_text("apiVersion: [\n")
    untidy.write_text(UNTIDY)
    code = main(["fmt", str(broken), str(tmp_path / "none.yaml"), str(untidy)])
    said = capsys.readouterr().err
    assert (code, untidy.read_text()) == (Exit.ERROR, TIDY)
    assert ("broken.yaml:1:13: broken YAML" in said, "none.yaml: this file cannot be read" in said) == (True, True), (
        said
    )
