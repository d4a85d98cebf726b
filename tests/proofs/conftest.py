"""A programme year that is open, for every proof about registering."""

from tests.registrations.conftest import year

__all__ = ["year"]
