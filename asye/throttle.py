"""Counts requests of one address in Redis, so that certificate numbers cannot be tried out."""

import functools
import hashlib

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest

LIMIT = 30
SECONDS = 60
log = structlog.get_logger(__name__)


def too_many(request: HttpRequest, what: str) -> bool:
    """Whether this address has asked for `what` more than LIMIT times within SECONDS.

    Without Redis everybody is let through: a number has eighty random bits, so the page must not fail for it.
    """
    marked = hashlib.sha256(f"{settings.SECRET_KEY}:{address_of(request)}".encode()).hexdigest()[:32]
    key = f"throttle:{what}:{marked}"
    try:
        with _redis().pipeline() as steps:
            steps.incr(key)
            steps.expire(key, SECONDS, nx=True)
            count, _ = steps.execute()
    except redis.RedisError:
        log.warning("throttle_without_redis", what=what)
        return False
    return int(count) > LIMIT


def address_of(request: HttpRequest) -> str:
    """The visitor's address as the trusted proxies saw it; without proxies, as this machine sees it."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


@functools.cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
