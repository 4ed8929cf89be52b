"""The smallest IAM policy under which a project's jobs can be planned or applied, as far as its files tell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.applier.workspace import Workspace
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.shapes import model_of
from reconcile.model.project import LockFileOptions, Provider
from reconcile.model.references import references
from reconcile.model.s3_place import S3Place, s3_place
from reconcile.planner.roles import roles_of

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policy:
    """`document` is IAM's; `notes` say to people what it leaves open."""

    document: Mapping[str, Any]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Need:
    """What is wanted of one provider: its kinds, and for each service the roles that are handed to it."""

    kinds: set[str]
    roles: defaultdict[str, set[str]]


def policy(workspace: Workspace, *, writable: bool) -> Policy:
    """For all that is declared or recorded; `writable`: what an apply needs, else what plan, drift and status do."""
    statements: list[Statement] = []
    notes: list[str] = []
    for name, need in sorted(_needs(workspace).items()):
        provider = workspace.project.providers.get(name)
        if provider is None or provider.type != "aws":
            notes.append(f"{name} is no provider of AWS: what it needs is granted elsewhere.")
            continue
        kinds = [workspace.catalog[kind] for kind in sorted(need.kinds)]
        statements.append(_calls(provider, kinds, writable=writable))
        if writable:
            statements += _passes(provider, need, notes)
        if provider.role_arn:
            notes.append(f"What ends with {_word(name)} is for {provider.role_arn}, which others must be let assume.")
    if place := s3_place(workspace.project.lock_file):
        statements += _lock_file(place, workspace.project.lock_file_options, writable=writable)
    return Policy({"Version": "2012-10-17", "Statement": statements}, tuple(notes))


def _needs(workspace: Workspace) -> Mapping[str, _Need]:
    found: dict[str, _Need] = {}
    for address in dict.fromkeys([*workspace.jobs, *workspace.lockfile]):
        source = workspace.jobs.get(address) or workspace.lockfile.get(address)
        if source is None or address.kind not in workspace.catalog:
            continue
        need = found.setdefault(source.provider, _Need(set(), defaultdict(set)))
        need.kinds.add(address.kind)
        need.roles[workspace.catalog[address.kind].service].update(roles_of(source.spec))
    return found


def _calls(provider: Provider, kinds: Iterable[Descriptor], *, writable: bool) -> Statement:
    actions = {action for kind in kinds for action in _actions(kind, provider, writable=writable)}
    return {
        "Sid": f"{'Run' if writable else 'Read'}Jobs{_word(provider.name)}",
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": provider.region}},
    }


def _actions(kind: Descriptor, provider: Provider, *, writable: bool) -> Iterator[str]:
    service = model_of(kind.service).signing_name
    reads = (kind.list, kind.describe, kind.tags)
    acts = (kind.start, kind.stop) if writable else ()
    for operation in (*reads, *acts):
        if operation:
            yield f"{service}:{operation.operation}"
    if writable and kind.start.tags and provider.marks != "name":
        yield f"{service}:TagResource"  # a start that carries tags is refused without it


def _passes(provider: Provider, need: _Need, notes: list[str]) -> Iterator[Statement]:
    """The roles of the jobs, each to be handed to its own service only."""
    for service, roles in sorted(need.roles.items()):
        told = sorted(role for role in roles if not any(references(role)))
        if len(told) < len(roles):
            notes.append(f"A role of {service} is a secret of the environment: iam:PassRole for it is yours to add.")
        if told:
            principal = f"{model_of(service).signing_name}.amazonaws.com"
            yield {
                "Sid": f"Pass{_word(service)}Roles{_word(provider.name)}",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": told,
                "Condition": {"StringEquals": {"iam:PassedToService": principal}},
            }


def _lock_file(place: S3Place, options: LockFileOptions, *, writable: bool) -> Iterator[Statement]:
    """The object, and those beside it whose names begin with its own: lease and journal."""
    arn = f"arn:aws:s3:::{place.bucket}"
    yield {
        "Sid": "LockFile",
        "Effect": "Allow",
        "Action": ["s3:GetObject", *(("s3:PutObject", "s3:DeleteObject") if writable else ())],
        "Resource": f"{arn}/{place.key}*",
    }
    yield {
        "Sid": "LockFileList",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": arn,
        "Condition": {"StringLike": {"s3:prefix": f"{place.key}*"}},
    }
    if options.kms_key_id:
        is_arn = options.kms_key_id.startswith("arn:") and ":key/" in options.kms_key_id
        yield {
            "Sid": "LockFileKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", *(("kms:GenerateDataKey",) if writable else ())],
            "Resource": options.kms_key_id if is_arn else "*",
            "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
        }


def _word(name: str) -> str:
    """A name as a part of a Sid, which takes letters and digits only."""
    return "".join(part.capitalize() for part in "".join(c if c.isalnum() else " " for c in name).split())
