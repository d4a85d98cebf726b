"""A client that does what the server does after a commit, and static files under the names pages ask for."""

import fcntl
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import Client, TestCase

from asye import assets
from tests.ground import cluster


class CommittingClient(Client):
    """Django's test client; what a request left for after its commit is done, though the test rolls back."""

    def request(self, **request: object) -> HttpResponse:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)  # type: ignore[return-value]


@pytest.fixture
def client() -> CommittingClient:
    return CommittingClient()


@pytest.fixture
def client_for() -> type[CommittingClient]:
    """The class of `client`, for a test in which several people act: `ben = client_for()`."""
    return CommittingClient


@pytest.fixture(autouse=True, scope="session")
def static_files(django_test_environment: None) -> None:
    """Collects the static files where they changed: pages are rendered with the hashed names of production."""
    (cluster.ROOT / "var").mkdir(exist_ok=True)
    with (cluster.ROOT / "var" / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if assets.static_is_current():
            return
        state = assets.static_state()
        done = subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--skip-checks", "--verbosity=0"],
            cwd=cluster.ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"The static files were not collected:\n{done.stdout}{done.stderr}")
        assets.mark_static_current(state)
