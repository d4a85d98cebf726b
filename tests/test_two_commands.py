"""`make run` for real: alone in its folder, and clean again after kill -9 of any part."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from asye import assets, embedded, left_overs, system_parts
from tests.ground.cluster import ROOT

PATIENCE_SECONDS = 240  # on a busy machine the tables alone can take a minute; nothing here is timed
MAKE_TARGETS = ("run", "manage", "test", "check", "prove", "bench", "lock")
MANAGE = "import pathlib, sys; from asye import run_environment as r; r.manage(sys.argv[2:], pathlib.Path(sys.argv[1]))"
FIRST = ["first_administrator", "--email", "ada@example.org", "--first-name", "Ada", "--last-name", "Brook"]


class Run:
    """One run of the supervisor with its data in a folder of its own."""

    def __init__(self, var: Path, log_name: str, demo: str) -> None:
        servers = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SITE_URL", "SECRET_KEY", "CLOCK_FILE")
        env = {name: value for name, value in os.environ.items() if name not in servers}
        self.var = var
        self.log = var.parent / log_name
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "asye.supervisor", str(var)],
                cwd=ROOT,
                env={**env, "DEMO": demo, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        return self.log.read_text()

    def url(self) -> str:
        """The address, as soon as the run has printed it."""
        self.wait_for("The service is at")
        return self.said().split("The service is at ")[1].split()[0]

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def pids(self) -> dict[str, int]:
        stack = self.var / "stack.json"
        listed = json.loads(stack.read_text())["processes"] if stack.exists() else []
        postgres = (postgres_data(self.var) / "postmaster.pid").read_text().split()[0]
        return {"postgres": int(postgres), **{entry["name"]: entry["pid"] for entry in listed}}


def postgres_data(var: Path) -> Path:
    return embedded.Postgres(var).data


def still_there(pids: dict[str, int], seconds: float = 30) -> set[str]:
    """The names of those that have not ended in time."""
    deadline = time.monotonic() + seconds
    while there := {name for name, pid in pids.items() if left_overs.began(pid)}:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return there


@pytest.fixture
def var() -> Iterator[Path]:
    folder = embedded.throw_away_folder()
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def start(var: Path, static_files: None) -> Iterator[Callable[..., Run]]:
    """Starts a run of the service in `var`; what a failed test leaves running ends with it."""
    runs: list[Run] = []

    def one_more(demo: str = "0") -> Run:
        runs.append(Run(var, f"run-{len(runs)}.log", demo))
        return runs[-1]

    yield one_more
    for run in runs:
        run.process.terminate()
        run.process.wait(60)


def shows_a_page(url: str) -> bool:
    with urlopen(f"{url}/privacy", timeout=10) as page:  # noqa: S310
        return b"<h1" in page.read()


def lets_somebody_in(run: Run) -> None:
    """A run without the demo has its reference data, and a command beside it makes the first administrator."""
    assert "153 local authorities are loaded" in run.said()
    assert "grant years loaded" in run.said()
    done = subprocess.run(
        [sys.executable, "-c", MANAGE, str(run.var), *FIRST],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{run.url()}/join/" in done.stdout, done.stderr
    with urlopen(done.stdout.split()[-1], timeout=10) as page:  # noqa: S310
        assert b"<title>Accept" in page.read()


def left_lying(var: Path) -> list[Path]:
    """What a run that ended in order leaves of its comings and goings: nothing."""
    passing = [var / "stack.json", var / "environment.json", *(var / "run").rglob("*")]
    return [path for path in passing if path.exists() and not path.is_dir()]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the next start stops what kill -9 leaves")
def test_make_run_survives_what_is_done_to_it(start: Callable[..., Run]) -> None:
    first = start(demo="1")
    assert shows_a_page(first.url())
    assert "The demo is loaded" not in first.said()
    running = first.pids()

    beside = start()  # one run per folder
    assert beside.process.wait(60) == 1
    assert "already runs" in beside.said()
    assert first.process.poll() is None

    first.process.kill()  # the supervisor takes all with it
    first.process.wait()
    assert still_there(running) == set()
    assert (first.var / "stack.json").exists()

    for names in (("postgres", "redis"), ("web", "worker", "beat")):  # when one dies, all stop
        run = start()  # and the next run starts as if nothing had been
        assert shows_a_page(run.url())
        run.wait_for("Nobody can sign in yet")
        running = run.pids()
        run.process.send_signal(signal.SIGSTOP)  # so that it meets all of them dead
        for name in names:
            os.kill(running[name], signal.SIGKILL)
        assert still_there({name: running[name] for name in names}) == set()
        run.process.send_signal(signal.SIGCONT)
        assert run.process.wait(60) == 1
        assert f"{names[0]} ended (exit code -9)" in run.said().lower()
        assert still_there(running) == set()
        assert left_lying(run.var) == []

    last = start()
    assert shows_a_page(last.url())
    last.wait_for("Nobody can sign in yet")
    lets_somebody_in(last)
    running = last.pids()
    last.process.send_signal(signal.SIGINT)
    assert last.process.wait(60) == 0
    assert still_there(running) == set()
    assert left_lying(last.var) == []


def test_a_run_that_is_stopped_while_it_starts_leaves_nothing(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_for("Redis ready")
    running = run.pids()
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(60) == 0
    assert still_there(running) == set()
    assert not (run.var / "stack.json").exists()


def test_every_target_is_one_call_of_the_script() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    for target in MAKE_TARGETS:
        line = next(line for line in lines if line.startswith(f"{target}:"))
        assert line.split("; @")[1].startswith(f"sh asye/bootstrap.sh {target}")


def test_without_a_fit_python_the_script_says_so_at_once(tmp_path: Path) -> None:
    shim = tmp_path / "python3.11"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or "")
    said = subprocess.run(
        ["/bin/sh", "asye/bootstrap.sh", "run"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in said.stderr


def test_an_unknown_target_is_answered_with_the_known_ones() -> None:
    said = subprocess.run(["sh", "asye/bootstrap.sh", "fly"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "run, manage, test, check, prove, bench, lock" in said.stderr


def test_python_keeps_what_it_compiles_where_it_may_not_beside_the_sources() -> None:
    """Each of the many processes of a run would compile every library again."""
    ask = "import asye.bootstrap as b, subprocess as s, sys; b.keep_what_is_compiled(); s.run([sys.executable, '-c', "
    then = "'import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)'])"
    kept = str(ROOT / "var" / "cache" / "bytecode")
    for given, wanted in (
        ({}, "False None"),
        ({"PYTHONDONTWRITEBYTECODE": "1"}, f"False {kept}"),
        ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/elsewhere"}, "False /elsewhere"),
    ):
        env = {"PATH": os.environ["PATH"], **given}
        said = subprocess.run(
            [sys.executable, "-c", ask + then], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert said.stdout.strip() == wanted, said.stderr


class TestSystemParts:
    """What wheels do not bring is installed by root on Debian and named to anybody else."""

    @pytest.fixture(autouse=True)
    def ordinary_user(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.setattr(system_parts, "_on_debian", lambda: True)
        monkeypatch.setattr(system_parts, "_loads", lambda library: library != "libharfbuzz-subset.so.0")
        monkeypatch.setattr("shutil.which", lambda name: None)
        monkeypatch.delenv("CHROMIUM", raising=False)

    def test_the_tests_stop_with_the_command(self) -> None:
        with pytest.raises(system_parts.PartMissing) as stopped:
            system_parts.look_for(system_parts.PDF, system_parts.BROWSER, needed=True)
        command = str(stopped.value).splitlines()[1]
        assert command.startswith("Install with: sudo apt-get update && sudo apt-get install -y")
        assert command.endswith("libharfbuzz-subset0 fontconfig chromium-headless-shell")

    def test_the_service_goes_on_and_says_what_waits(self, capsys: pytest.CaptureFixture[str]) -> None:
        system_parts.look_for(system_parts.PDF, needed=False)
        assert "certificates wait until they are there" in capsys.readouterr().err

    def test_nothing_is_said_when_nothing_is_missing(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(system_parts, "_loads", lambda library: True)
        system_parts.look_for(system_parts.PDF, needed=True)
        assert capsys.readouterr() == ("", "")

    def test_root_on_debian_installs(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        asked: list[tuple[str, ...]] = []

        def apt(*arguments: str) -> bool:
            asked.append(arguments)
            monkeypatch.setattr(system_parts, "_loads", lambda library: True)
            return True

        monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr(system_parts, "_apt", apt)
        system_parts.look_for(system_parts.PDF, needed=True)
        assert [arguments[0] for arguments in asked] == ["update", "install"]
        assert "Installing the libraries that make PDFs … 0 s" in capsys.readouterr().out

    def test_a_chromium_that_is_named_and_missing_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
        assert not system_parts.BROWSER.is_there()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var") / "assets"
    assert assets.prepare(ROOT / "node_modules", folder)
    return folder


class TestAssets:
    """What the pages get of the design system belongs to everyone."""

    def test_holds_nothing_that_is_govuk_alone(self, made: Path) -> None:
        for path in made.rglob("*.min.*"):
            text = path.read_text()
            for banned in ("GDS Transport", "@font-face", "crown", "crest", "sourceMappingURL", "/assets/"):
                assert banned not in text, (path.name, banned)

    def test_holds_these_files_and_no_others(self, made: Path) -> None:
        names = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
        assert {name for name in names if name.startswith("govuk/")} == {
            "govuk/govuk-frontend.min.css",
            "govuk/govuk-frontend.min.js",
        }
        fonts = {name for name in names if name.endswith(".woff2")}
        assert len(fonts) == 8
        assert names - fonts == {
            "govuk/govuk-frontend.min.css",
            "govuk/govuk-frontend.min.js",
            "fonts/public-sans-licence.txt",
            "fonts/source-serif-4-licence.txt",
        }

    def test_keeps_the_rest_of_the_style_sheet(self, made: Path) -> None:
        before = (ROOT / "node_modules" / assets.STYLES).read_text()
        after = (made / "govuk" / "govuk-frontend.min.css").read_text()
        assert before.count("{") - 8 < after.count("{") < before.count("{")
        assert after.count("{") == after.count("}")
        assert "font-family:arial,sans-serif" in after

    def test_is_made_once(self, made: Path) -> None:
        assert not assets.prepare(ROOT / "node_modules", made)

    def test_a_missing_package_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(assets.AssetsFailed, match="npm ci --ignore-scripts"):
            assets.prepare(tmp_path, tmp_path / "assets")
