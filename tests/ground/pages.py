"""A client that does what the server does after a commit, and static files under the names pages ask for."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client, TestCase
from whitenoise import WhiteNoise

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


@pytest.fixture(autouse=True, scope="session")
def static_files_found_once(static_files: None) -> Iterator[None]:
    """Each new client loads the middleware again, and for that WhiteNoise asked for the date of every file: 30 ms."""
    found: dict[tuple[object, ...], dict[str, object]] = {}
    find = WhiteNoise.update_files_dictionary

    def find_once(self: WhiteNoise, root: str, prefix: str) -> None:
        asked = root, prefix, self.max_age, self.allow_all_origins, self.charset
        if asked not in found:
            find(self, root, prefix)
            found[asked] = dict(self.files)
        self.files.update(found[asked])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", find_once)
        yield
