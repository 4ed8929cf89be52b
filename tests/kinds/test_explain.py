import pytest

from reconcile.errors import UsageError
from reconcile.kinds.documentation import first_sentence, plain
from reconcile.kinds.explain import explain


@pytest.fixture
def run(catalog):
    return catalog["EMRServerlessJobRun"]


def test_a_kind_is_explained_by_its_fields_and_the_token_is_none_of_them(run):
    explained = explain(run)
    fields = {field.name: field for field in explained.fields}
    assert explained.title == "EMRServerlessJobRun.spec"
    assert "clientToken" not in fields
    assert fields["executionRoleArn"].required
    assert fields["tags"].type == "map of string to string"
    assert fields["jobDriver"].type == "exactly one of its fields"
    assert fields["executionTimeoutMinutes"].summary == "The maximum duration, in minutes, for the job run."


@pytest.mark.parametrize("path", ["EMRServerlessJobRun.mode", "EMRServerlessJobRun.spec.mode", "spec.mode", "mode"])
def test_a_field_may_be_named_in_every_way_that_people_would(run, path):
    explained = explain(run, path)
    assert (explained.title, explained.enum) == ("EMRServerlessJobRun.spec.mode", ("BATCH", "STREAMING"))


def test_bounds_and_patterns_are_told(run, catalog):
    role = explain(run, "executionRoleArn")
    assert role.bounds[0] == "20 to 2048 characters"
    assert role.bounds[1].startswith("pattern arn:")
    assert role.required
    weights = explain(catalog["PersonalizeBatchInferenceJob"], "batchInferenceJobConfig.rankingInfluence")
    assert weights.bounds == ("key: one of POPULARITY, FRESHNESS", "each: 0 to 1")


def test_lists_and_maps_need_no_part_of_their_own(run):
    path = "configurationOverrides.applicationConfiguration.configurations.classification"
    assert explain(run, path).required
    assert [field.name for field in explain(run, "configurationOverrides.applicationConfiguration").fields] == [
        "classification",
        "properties",
        "configurations",
    ]
    assert explain(run, "jobDriver.hive.query").sensitive


def test_a_name_that_we_make_is_not_required(catalog):
    assert not explain(catalog["PersonalizeBatchSegmentJob"], "jobName").required


def test_an_unknown_field_is_refused_with_the_nearest_right_word(run):
    with pytest.raises(UsageError, match=r"spec\.jobDriver has no field sparksubmit; did you mean sparkSubmit"):
        explain(run, "jobDriver.sparksubmit.entryPoint")
    with pytest.raises(UsageError, match=r"spec\.mode has no field below"):
        explain(run, "mode.below")


def test_documentation_is_plain_text():
    html = (
        "<p>Reads <code>a&lt;b</code>\n  and <a href='x'>c</a>. See e.g. this.</p><note> <p>Mind this.</p> </note>"
        "<ul> <li> <p>ONE - a</p> </li> <li>TWO</li> </ul><p>End.</p>"
    )
    assert plain(html) == "Reads a<b and c. See e.g. this.\n\nMind this.\n- ONE - a\n- TWO\n\nEnd."
    assert first_sentence(plain(html)) == "Reads a<b and c."
    assert plain("") == ""
