"""The supervisor's promises, with small programs in the place of the service's own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asye import left_overs
from asye.run_environment import NoPort, fill_in, free_port
from asye.supervisor import ROOT, Died, Supervisor, start_servers

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]
PARENT = [
    sys.executable,
    "-c",
    (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('child', p.pid, flush=True); p.wait()"
    ),
]
IN_PIECES = """
import sys, time
for piece in ("one", "t", "wo\\nthr", "ee\\n\\n", "caf", "\u00e9\\n", "end"):
    print(piece, end="", flush=True)
    time.sleep(0.02)
"""
COUNTING = """
import pathlib, signal, sys, time
heard = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: heard.write_text(heard.read_text() + "once "))
heard.touch()
while not heard.read_text():
    time.sleep(0.01)
time.sleep(0.5)  # in which it might hear again
"""
SERVES_FOUR = """
import pathlib, sys
from asye.supervisor import Supervisor
folder, counting = sys.argv[1:]
supervisor = Supervisor(pathlib.Path(folder))
for name in "abcd":
    supervisor.serve(name, [sys.executable, "-c", counting, f"{folder}/heard-{name}"])
supervisor.watch()
"""


def until(true: Callable[[], object], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def first_line(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> str:
    deadline = time.monotonic() + 30
    while not (said := capfd.readouterr().out) and time.monotonic() < deadline:
        supervisor.output.pass_on(0.05)
    return said


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    yield made
    made.stop()


def test_lines_carry_the_name_of_the_process(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    supervisor.begin("web", [sys.executable, "-c", "print('hello'); import sys; print('trouble', file=sys.stderr)"])
    supervisor.finish("web")
    supervisor.stop()
    said = capfd.readouterr().out
    assert "web       | hello\n" in said
    assert "web       | trouble\n" in said


def test_the_service_runs_on_when_nobody_reads(tmp_path: Path) -> None:
    script = (
        "import pathlib, signal, sys; from asye.supervisor import Supervisor, say\n"
        "supervisor = Supervisor(pathlib.Path(sys.argv[1]))\n"
        "sys.stdin.readline()\n"  # nobody reads from here on
        "supervisor.begin('web', [sys.executable, '-c', 'for n in range(9): print(n, flush=True)'])\n"
        "supervisor.finish('web'); supervisor.stop(); say('done')"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stdin is not None
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    run.stdin.write("go\n")
    run.stdin.close()
    assert run.stderr.read() == ""
    run.stderr.close()
    assert run.wait(20) == 0


def test_lines_come_whole_and_none_is_lost(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    supervisor.begin("web", [sys.executable, "-c", IN_PIECES])
    supervisor.begin("beat", [sys.executable, "-c", "print('x' * 300_000)"])  # more than a pipe holds
    supervisor.finish("web")
    supervisor.finish("beat")
    said = capfd.readouterr().out.splitlines()
    of_web = ["web       | onetwo", "web       | three", "web       | café", "web       | end"]
    assert [line for line in said if line.startswith("web")] == of_web
    assert [line for line in said if line.startswith("beat")] == ["beat      | " + "x" * 300_000]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody is told")
def test_of_a_killed_supervisor_each_hears_once(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", SERVES_FOUR, str(tmp_path), COUNTING], cwd=ROOT)
    heard = [tmp_path / f"heard-{name}" for name in "abcd"]
    assert until(lambda: all(file.exists() for file in heard), seconds=30)
    listed = json.loads((tmp_path / "stack.json").read_text())["processes"]
    run.kill()
    run.wait()
    assert until(lambda: not any(left_overs.began(process["pid"]) for process in listed), seconds=30)
    assert [file.read_text() for file in heard] == ["once "] * 4


def test_a_service_that_dies_is_named(supervisor: Supervisor) -> None:
    supervisor.serve("web", SLEEP)
    supervisor.serve("worker", SLEEP)
    supervisor.services["worker"].send_signal(signal.SIGKILL)
    with pytest.raises(Died, match=r"worker ended \(exit code -9\)"):
        supervisor.watch()


def test_a_task_that_fails_is_named(supervisor: Supervisor) -> None:
    supervisor.begin("migrate", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Died, match=r"migrate failed \(exit code 3\)"):
        supervisor.finish("migrate")


def test_a_service_that_dies_ends_the_wait_for_another(supervisor: Supervisor) -> None:
    supervisor.serve("web", [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(Died, match="web ended"):
        supervisor.wait_until(lambda: False, "web", seconds=20)


def test_waiting_has_an_end(supervisor: Supervisor) -> None:
    supervisor.serve("web", SLEEP)
    with pytest.raises(Died, match="web was not ready"):
        supervisor.wait_until(lambda: False, "web", seconds=0.2)


def test_stopping_also_stops_what_a_killed_process_had_started(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor.serve("web", PARENT)
    child = int(first_line(supervisor, capfd).split("child")[1])
    supervisor.services["web"].send_signal(signal.SIGKILL)
    supervisor.services["web"].wait()
    assert left_overs.began(child)
    supervisor.stop()
    assert until(lambda: not left_overs.began(child))


def test_what_does_not_listen_is_killed(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("asye.supervisor.STOP_SECONDS", 0.5)
    supervisor.serve("deaf", DEAF)
    assert first_line(supervisor, capfd) == "deaf      | deaf\n"
    supervisor.stop()
    assert supervisor.services["deaf"].returncode == -signal.SIGKILL


def test_an_orderly_end_leaves_no_list(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.serve("web", SLEEP)
    assert (tmp_path / "stack.json").exists()
    supervisor.stop()
    assert not (tmp_path / "stack.json").exists()
    assert left_overs.stop(tmp_path) == []


def test_left_overs_are_stopped_with_what_they_had_started(tmp_path: Path) -> None:
    marked = {**os.environ, left_overs.MARK: "the-mark-of-this-test"}
    parent = subprocess.Popen(PARENT, env=marked, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[1])
    left_overs.note(tmp_path, "the-mark-of-this-test", {"worker": parent.pid})
    lines = left_overs.stop(tmp_path)
    assert lines[0] == f"worker (process {parent.pid})"
    assert parent.wait(5) == -signal.SIGTERM
    assert until(lambda: not left_overs.began(child))
    parent.stdout.close()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows a process's environment")
def test_the_child_of_a_dead_left_over_is_found_by_its_mark(tmp_path: Path) -> None:
    marked = {**os.environ, left_overs.MARK: "another-mark-of-this-test"}
    parent = subprocess.Popen(PARENT, env=marked, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[1])
    left_overs.note(tmp_path, "another-mark-of-this-test", {"worker": parent.pid})
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert left_overs.stop(tmp_path) == [f"a process (process {child})"]
    assert until(lambda: not left_overs.began(child))


def test_a_stranger_with_a_recycled_number_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    left_overs.note(tmp_path, "no-process-has-this-mark", {"worker": stranger.pid})
    listed = (tmp_path / "stack.json").read_text()
    (tmp_path / "stack.json").write_text(listed.replace(left_overs.began(stranger.pid), "1"))
    assert left_overs.stop(tmp_path) == []
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_torn_list_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"mark": ')
    assert left_overs.stop(tmp_path) == []


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    fill_in(first, tmp_path)
    fill_in(second, tmp_path)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert first["SITE_URL"] == f"http://localhost:{first['PORT']}"


def test_what_the_person_set_is_respected(tmp_path: Path) -> None:
    own = {
        "PYTHONWARNINGS": "",
        "PORT": "9",
        "SITE_URL": "https://asye.example.org",
        "DEMO": "0",
        "SECRET_KEY": "x" * 50,
    }
    env = dict(own)
    fill_in(env, tmp_path)
    assert env == own


def test_a_service_without_a_mail_server_writes_its_mail_for_this_account_only(tmp_path: Path) -> None:
    demo, empty, with_server = {"DEMO": "1"}, {"DEMO": "0"}, {"DEMO": "0", "EMAIL_HOST": "localhost"}
    for env in (demo, empty, with_server):
        fill_in(env, tmp_path)
    assert [env.get("MAIL_FOLDER") for env in (demo, empty, with_server)] == [None, str(tmp_path / "mail"), None]
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


def test_a_port_that_is_no_number_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPort, match="PORT must be a number like 8000, not 'http'"):
        fill_in({"PORT": "http"}, tmp_path)


def test_a_real_database_needs_its_owner_too(supervisor: Supervisor) -> None:
    supervisor.env["DATABASE_URL"] = "postgresql://asye_app@db.example.org/asye"
    supervisor.env.pop("OWNER_DATABASE_URL", None)
    with pytest.raises(Died, match="OWNER_DATABASE_URL"):
        start_servers(supervisor)
    assert supervisor.servers == []
