import json

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.session import Session

from reconcile.cloud.aws_data import share_loader

TYPES = ("service-2", "endpoint-rule-set-1", "paginators-1")


@pytest.fixture
def loader(monkeypatch, tmp_path):
    """Ours, that finds one more service in a folder of the user's."""
    folder = tmp_path / "own" / "2026-11-22"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps({"metadata": {"serviceId": "Own"}}))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = Session()
    share_loader(session)
    return session.get_component("data_loader")


@pytest.mark.parametrize("service", ["emr-serverless", "comprehend", "personalize", "sts", "s3"])
def test_a_service_is_known_as_botocore_knows_it(loader, service):
    for kind in TYPES:
        assert loader.load_service_model(service, kind) == Loader().load_service_model(service, kind)


@pytest.mark.parametrize("name", ["endpoints", "partitions", "_retry", "sdk-default-configuration"])
def test_what_is_of_no_service_is_read_as_well(loader, name):
    assert loader.load_data(name) == Loader().load_data(name)


def test_services_of_the_users_own_folder_are_found(loader):
    assert loader.load_service_model("own", "service-2")["metadata"] == {"serviceId": "Own"}
    with pytest.raises(DataNotFoundError):
        loader.load_data("own/2026-11-22/paginators-1")


def test_a_service_that_does_not_exist_is_named_beside_those_that_do(loader):
    with pytest.raises(UnknownServiceError, match=r"'emr-serverles'[^']*comprehend.* emr-serverless.* own"):
        loader.load_service_model("emr-serverles", "service-2")
    assert [*loader.list_available_services("service-2")] == sorted(
        {"own", *Loader().list_available_services("service-2")}
    )


def test_sessions_that_look_in_the_same_folders_share_what_was_read(loader, monkeypatch):
    other = Session()
    share_loader(other)
    assert other.get_component("data_loader") is loader
    monkeypatch.delenv("AWS_DATA_PATH")
    elsewhere = Session()
    share_loader(elsewhere)
    assert elsewhere.get_component("data_loader") is not loader
