"""Northshire's and Southmouth's systems, on the day of the cast."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches

from asye import clock
from registrations.models import ProgrammeYear
from tests.api.asking import System, body_of, make_key
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.built_once import built_once


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture(autouse=True)
def uncounted() -> None:
    """Every test begins with nothing asked in this minute."""
    caches["api"].clear()


@built_once
def year(cast: Cast) -> ProgrammeYear:
    return make.published_year(by=cast.adele, second=cast.zora, now=NOW)


@built_once
def north(cast: Cast) -> System:
    return System(make_key(cast.northshire, cast.amira).secret)


@built_once
def south(cast: Cast) -> System:
    return System(make_key(cast.southmouth, cast.cora).secret)


@pytest.fixture
def body(cast: Cast) -> Callable[..., dict[str, Any]]:
    """What Northshire sends about a person of the register."""

    def made(number: int = 0, **changed: Any) -> dict[str, Any]:
        sent = body_of(make.answers(cast.ben, number=number, on=TODAY), cast.ben) | changed
        return {name: value for name, value in sent.items() if value is not None}

    return made
