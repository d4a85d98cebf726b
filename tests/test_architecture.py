"""The house rules that a machine can check. Each test names what it found, so that a failure is a to-do list."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "registrations", "assessments", "moderation", "payments", "reporting")
FLOOR = "asye"
MAX_LINES = 400
MAX_FUNCTION_LINES = 60


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or (*APPS, FLOOR):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def found(pattern: str, *folders: str) -> list[str]:
    """`file:line` of every line of code that matches, comments and docstrings left out."""
    hits = []
    for path in sources(*folders):
        text = path.read_text()
        docstring_lines = {
            line
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        for number, line in enumerate(text.splitlines(), 1):
            if number not in docstring_lines and re.search(pattern, line.split("  #")[0]):
                hits.append(f"{path.relative_to(ROOT)}:{number}")
    return hits


def test_imports_point_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.django_db
def test_migrations_are_made() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_files_are_short() -> None:
    long = [f"{p.relative_to(ROOT)}: {n}" for p in sources() if (n := len(p.read_text().splitlines())) > MAX_LINES]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_junk_drawer() -> None:
    assert [p for p in sources() if p.stem in {"utils", "helpers", "common", "misc"}] == []


def test_nobody_but_the_clock_asks_the_time() -> None:
    asks = r"timezone\.now\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(|auto_now|Now\(\)"
    outside = [hit for hit in found(asks) if not hit.startswith(("asye/clock.py", "asye/supervisor.py"))]
    assert [hit for hit in outside if not hit.startswith(("asye/bootstrap.py", "asye/embedded.py"))] == []


def test_the_clock_is_read_only_at_entrances() -> None:
    entrances = re.compile(r"/(views|api|tasks|middleware|adapter|context|management|demo|reading)(/|\.py)")
    hits = [hit for hit in found(r"clock\.(now|today)\(", *APPS) if not entrances.search(hit)]
    assert hits == []


def test_no_signals_between_apps() -> None:
    assert found(r"post_save|pre_save|post_delete|m2m_changed|dispatch import|@receiver") == []


def test_forms_only_clean() -> None:
    assert found(r"\bModelForm\b|modelform_factory") == []
    writes = found(r"(objects|queryset|form)\.(save|create|update|bulk_create|delete)\(|\.save\(", *APPS)
    assert [hit for hit in writes if re.search(r"forms(\.py|/)", hit)] == []


def test_html_is_marked_safe_only_by_the_components() -> None:
    assert [hit for hit in found(r"mark_safe|format_html|SafeString\(") if not hit.startswith("asye/ui/")] == []
    templates = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text())
    ]
    assert templates == []


def test_no_imports_inside_functions() -> None:
    allowed = {"ready"}
    inside = []
    for path in sources(*APPS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name not in allowed:
                inside += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, (ast.Import, ast.ImportFrom))
                ]
    assert inside == []


def test_no_wildcard_into_the_orm() -> None:
    """A person's input never becomes the name of a column or a look-up."""
    assert found(r"(filter|annotate|order_by|values|exclude|get)\(\s*\*\*request|\.extra\(|\.raw\(") == []


def test_nobody_acts_as_somebody_else() -> None:
    """There is no way to become another person, to support them or for any other end, so none to act on money."""
    becoming = r"\blogin\(|force_login|SESSION_KEY|_auth_user_id|request\.user = |impersonat|hijack|loginas|masquerad"
    assert found(becoming) == []


def test_no_app_role_may_truncate(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.role_table_grants "
            "WHERE grantee = 'asye_app' AND privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
        )
        assert cursor.fetchall() == []


def test_the_service_runs_as_the_app_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("asye_app", False, False, False)
