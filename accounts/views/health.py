"""Whether the service is well, for whatever watches it."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from accounts.models import Heartbeat
from asye import clock
from asye.http import writes_on_get

WORKER_MAY_BE_SILENT_SECONDS = 120


@writes_on_get  # it writes nothing, but must answer when there is no database to open a read-only transaction in
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when database, Redis and worker are well, else 503; which part is not well, and nothing more."""
    database = _database()
    parts = {"database": database, "redis": _redis(), "worker": database and _worker()}
    words = {name: "ok" if well else "failing" for name, well in parts.items()}
    return JsonResponse(words, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return False
    return True


def _redis() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def _worker() -> bool:
    beat = Heartbeat.objects.filter(name="worker").first()
    return beat is not None and (clock.now() - beat.at).total_seconds() < WORKER_MAY_BE_SILENT_SECONDS
