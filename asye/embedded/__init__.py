"""A real PostgreSQL and a real Redis for a machine that has neither: the programs come from wheels.

Only the programs of the wheels are used; starting, stopping and mending after a crash are done here.
docs/adr/0001-embedded-postgres-and-redis.md says why. No Django: the supervisor, the tests and the benchmarks use it.
"""

from asye.embedded.folders import ServerFailed, short_folder, throw_away_folder
from asye.embedded.postgres import APP, OWNER, SUPERUSER, Postgres, create_database
from asye.embedded.redis import Redis, redis_program

__all__ = [
    "APP",
    "OWNER",
    "SUPERUSER",
    "Postgres",
    "Redis",
    "ServerFailed",
    "create_database",
    "redis_program",
    "short_folder",
    "throw_away_folder",
]
