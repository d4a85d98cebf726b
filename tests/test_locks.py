"""The locks install the same packages everywhere, from whatever index a machine has.

That they are what pyproject.toml gives today is asked of the package index by `make check`.
"""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from asye.locks import GROUPS
from tests.ground.cluster import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = json.loads((ROOT / "package-lock.json").read_text())["packages"]


def text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text(name), re.MULTILINE))


def wanted(name: str) -> list[Requirement]:
    lines = [] if name == "tools" else list(PYPROJECT["project"]["dependencies"])
    for group in GROUPS[name]:
        lines += PYPROJECT["dependency-groups"][group]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", GROUPS)
def test_names_no_index_and_no_host(name: str) -> None:
    assert re.findall(r"://|--index|--extra|--find-links|--trusted", text(name)) == []


@pytest.mark.parametrize("name", GROUPS)
def test_every_pin_has_its_hashes(name: str) -> None:
    blocks = re.findall(r"^[a-z0-9](?:[^\n]*\\\n)*[^\n]*", text(name), re.MULTILINE)
    assert len(blocks) == len(re.findall(r"^[a-z0-9]", text(name), re.MULTILINE))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", GROUPS)
def test_holds_a_version_that_pyproject_allows_of_everything_it_names(name: str) -> None:
    pinned = pins(name)
    for requirement in wanted(name):
        assert requirement.name in pinned, requirement
        assert requirement.specifier.contains(pinned[requirement.name]), requirement


def test_one_package_has_one_version_in_all_locks() -> None:
    for smaller, larger in (("run", "embedded"), ("embedded", "dev")):
        assert pins(smaller).items() <= pins(larger).items()
    assert pins("run").keys() != pins("embedded").keys() != pins("dev").keys()


def test_front_end_packages_have_hashes_and_no_address() -> None:
    named = {name: package for name, package in PACKAGES.items() if name}
    assert named
    assert [name for name, package in named.items() if "resolved" in package] == []
    assert [name for name, package in named.items() if not package["integrity"].startswith("sha512-")] == []


def test_front_end_lock_is_of_package_json() -> None:
    declared = json.loads((ROOT / "package.json").read_text())
    for kind in ("dependencies", "devDependencies"):
        assert PACKAGES[""][kind] == declared[kind]
