"""docker-compose.yml and the Dockerfile name nothing that does not exist. No Docker is needed to know."""

import ast
import importlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from asye import system_parts
from tests.ground.cluster import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = ("web", "worker", "beat", "migrate", "load")
IMAGES_OWN = {"redis": {"redis-server", "redis-cli"}, "postgres": {"pg_isready"}}
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}


def read_by_settings() -> set[str]:
    """The variables that asye/settings.py asks the environment for."""
    tree = ast.parse((ROOT / "asye" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    readers = {"env", "env_flag", "env_int", "os.environ.get"}
    names = [call.args[0] for call in calls if ast.unparse(call.func) in readers]
    return {name.value for name in names if isinstance(name, ast.Constant)}


def commands(service: str) -> list[list[str]]:
    """Each command line of a service: its own, its health check's, and the lines of `sh -c`."""
    found = [SERVICES[service].get("command"), SERVICES[service].get("healthcheck", {}).get("test", [])[1:]]
    if service == "web":
        found.append(json.loads(re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[0]))
    lines: list[list[str]] = []
    for command in filter(None, found):
        if command[:2] == ["sh", "-c"]:
            lines += [part.split() for part in command[2].split("&&")]
        else:
            lines.append(command)
    return lines


@pytest.mark.parametrize("service", OURS)
def test_every_program_module_and_command_exists(service: str) -> None:
    assert commands(service)
    for line in commands(service):
        program = line[0]
        assert program == "python" or (Path(sys.executable).parent / program).exists(), line
        if line[:2] == ["python", "manage.py"]:
            assert line[2] in get_commands(), line
        if program == "celery":
            module, name = line[line.index("-A") + 1], "app"
            assert line[line.index("-A") + 2] in {"worker", "beat"}
            assert hasattr(importlib.import_module(module), name)
        if program == "granian":
            module, name = line[-1].split(":")
            assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize("service", sorted(set(SERVICES) - set(OURS)))
def test_a_server_is_started_by_its_images_own_programs(service: str) -> None:
    for line in commands(service):
        assert line[0] in IMAGES_OWN[service]


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_read_by_the_settings(service: str) -> None:
    assert set(SERVICES[service]["environment"]) <= read_by_settings()


def test_every_variable_of_the_settings_can_be_set() -> None:
    of_this_machine_only = {"CLOCK_FILE", "MAIL_FOLDER", "REGISTER_SIMULATOR_FILE"}
    assert read_by_settings() - of_this_machine_only == set(SERVICES["web"]["environment"])


def test_the_file_with_the_passwords_goes_neither_into_git_nor_into_the_image() -> None:
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_required_setting_is_given() -> None:
    required = {"SECRET_KEY", "SITE_URL", "DATABASE_URL", "REDIS_URL"}
    assert required <= read_by_settings()
    for service in OURS:
        assert required <= set(SERVICES[service]["environment"])


def test_every_variable_of_the_env_file_is_explained() -> None:
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    explained = (ROOT / "docs" / "deployment.md").read_text()
    assert {name for name in asked_for - COMPOSE_ONLY if f"`{name}`" not in explained} == set()
    assert {name for name in COMPOSE_ONLY if name not in COMPOSE.split("x-service")[0]} == set()


def test_every_variable_of_the_settings_is_explained() -> None:
    explained = (ROOT / "docs" / "deployment.md").read_text()
    assert {name for name in read_by_settings() if f"`{name}`" not in explained} == set()


def test_every_variable_that_has_no_default_stands_at_the_top() -> None:
    required = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    assert "EMAIL_HOST" in required
    assert {name for name in required if name not in COMPOSE.split("x-service")[0]} == set()


def test_the_header_counts_the_commands() -> None:
    assert "one image, five commands" in COMPOSE
    assert len(OURS) == 5
    assert {name for name in SERVICES if SERVICES[name]["image"] == "asye"} == set(OURS)


def test_only_the_migration_has_the_owners_address() -> None:
    with_owner = {name for name in OURS if "asye_owner" in SERVICES[name]["environment"]["DATABASE_URL"]}
    assert with_owner == {"migrate"}


def test_every_mounted_file_and_copied_path_exists() -> None:
    mounted = [volume.split(":")[0] for volume in SERVICES["postgres"]["volumes"] if volume.startswith("./")]
    copied = [
        path for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for path in line.split()
    ]
    assert [path for path in [*mounted, *copied] if not (ROOT / path).exists()] == []


def test_the_roles_script_sets_the_passwords_the_addresses_use() -> None:
    script = (ROOT / "docker" / "postgres-init.sh").read_text()
    for role, variable in (("asye_owner", "OWNER_PASSWORD"), ("asye_app", "APP_PASSWORD")):
        assert f"ALTER ROLE {role} PASSWORD" in script
        assert f'"${variable}"' in script
        assert f"{role}:${{{variable}:?}}@" in COMPOSE


def test_the_image_has_the_libraries_that_make_pdfs() -> None:
    assert all(package in DOCKERFILE for package in system_parts.PDF.choices[0])
    assert "USER asye" in DOCKERFILE


def test_everything_waited_for_is_a_service() -> None:
    for name, service in SERVICES.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in SERVICES, (name, other)
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
    assert shutil.which("sh")
