"""So many requests a minute for each key, counted for all web processes together."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiKey
from asye import clock

MINUTE = 60
log = logging.getLogger(__name__)


def is_within(counter: str, most: int) -> bool:
    """Counts a request; whether there were no more than `most` of them in this minute of the clock. Where Redis is away
    nobody is held up."""
    try:
        named = f"{counter}:{int(clock.now().timestamp()) // MINUTE}"
        caches["api"].add(named, 0, timeout=2 * MINUTE)
        return int(caches["api"].incr(named)) <= most
    except (RedisError, OSError, ValueError):
        log.warning("requests of the API are not counted")
        return True


class PerKey(BaseThrottle):
    """API_REQUESTS_PER_MINUTE requests in each minute of the clock."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiKey):
            return True  # refused for want of a key
        self.second = int(clock.now().timestamp()) % MINUTE
        return is_within(str(request.auth.pk), settings.API_REQUESTS_PER_MINUTE)

    def wait(self) -> float:
        return float(MINUTE - self.second)
