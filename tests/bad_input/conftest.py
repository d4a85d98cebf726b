"""The programme year 2026-27, open."""

from tests.registrations.conftest import year

__all__ = ["year"]
