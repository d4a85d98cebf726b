"""A server on the rows as they stand, uncommitted: its threads use the connection of the test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import LiveServerThread

_one_at_a_time = threading.Lock()  # a connection has one row of savepoints


class ServerOfATest(ThreadedWSGIServer):
    """Answers in the context of the test, at its hour, on its connection, which no request may close."""

    context: Context
    connection: BaseDatabaseWrapper

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        connections[DEFAULT_DB_ALIAS] = self.connection
        self.context.copy().run(super().process_request_thread, request, client_address)

    def _close_connections(self) -> None:
        pass


def _alone(application: Callable[..., Any]) -> Callable[..., Any]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with _one_at_a_time:
            return application(environ, start_response)

    return answer


@contextmanager
def serving() -> Iterator[str]:
    """The address of the service over this process's connection, with everything its open transactions hold."""
    connection = connections[DEFAULT_DB_ALIAS]
    thread = LiveServerThread("localhost", _alone)
    thread.server_class = type("OfThis", (ServerOfATest,), {"context": copy_context(), "connection": connection})
    thread.daemon = True
    connection.inc_thread_sharing()
    connection.close_if_unusable_or_obsolete = lambda: None  # as each request would at its beginning and its end
    try:
        thread.start()
        thread.is_ready.wait()
        if thread.error:
            raise thread.error
        yield f"http://{thread.host}:{thread.port}"
    finally:
        thread.terminate()
        del connection.close_if_unusable_or_obsolete
        connection.dec_thread_sharing()


def wait_for_answers() -> None:
    """What was being answered has been answered: the test may go on with the connection."""
    with _one_at_a_time:
        pass
