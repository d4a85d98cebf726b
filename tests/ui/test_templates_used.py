"""Every template is shown by something: a name in the code, another template, or a package that it overrides."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PACKAGES = ["asye", "accounts", "registrations", "assessments", "moderation", "payments", "reporting"]
# Modules of packages that ask for a page they do not bring.
ASKING = ["allauth.core.internal.ratelimit"]
REFERENCE = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")


def every_template() -> set[str]:
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}


def names_in_code(tree: ast.AST) -> Iterator[str]:
    """Patterns of the strings in it; the parts of an f-string that are filled in match any word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w-]+" for p in node.values)


@cache
def shown_by_code() -> re.Pattern[str]:
    endings = tuple({re.escape(Path(name).suffix) for name in every_template()})
    found: set[str] = set()
    for path in [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]:
        found |= {name for name in names_in_code(ast.parse(path.read_text())) if name.endswith(endings)}
    for module in ASKING:
        code = ast.parse(Path(str(find_spec(module).origin)).read_text())
        found |= {name for name in names_in_code(code) if name.startswith("429")}
    return re.compile("|".join(sorted(found)) or "$^")


@cache
def package_templates() -> list[Path]:
    folders = [Path(config.path) / "templates" for config in apps.get_app_configs()]
    return [folder for folder in folders if ROOT not in folder.parents or "site-packages" in str(folder)]


def overrides_a_package(name: str) -> bool:
    return any((folder / name).is_file() for folder in package_templates())


def used() -> set[str]:
    """Roots, and what they include or extend, and so on."""
    waiting = [name for name in every_template() if shown_by_code().fullmatch(name) or overrides_a_package(name)]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in reached and (TEMPLATES / name).is_file():
            reached.add(name)
            waiting += REFERENCE.findall((TEMPLATES / name).read_text())
    return reached


def test_every_template_is_used():
    assert sorted(every_template() - used()) == []


def test_every_template_named_by_another_exists():
    named = {(name, ref) for name in every_template() for ref in REFERENCE.findall((TEMPLATES / name).read_text())}
    missing = {(name, ref) for name, ref in named if not (TEMPLATES / ref).is_file() and not overrides_a_package(ref)}
    assert missing == set()


@pytest.mark.parametrize(
    ("code", "name", "shown"),
    [
        ('render(request, "accounts/home.html")', "accounts/home.html", True),
        ('f"notices/{self.name}.txt"', "notices/invited.txt", True),
        ('f"notices/{self.name}.txt"', "notices/old/invited.txt", False),
        ('"accounts/home.html"', "accounts/homexhtml", False),
    ],
)
def test_names_are_found_in_code(code, name, shown):
    assert any(re.fullmatch(pattern, name) for pattern in names_in_code(ast.parse(code))) is shown
