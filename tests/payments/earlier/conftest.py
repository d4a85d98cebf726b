"""The programme years 2025-26 and 2026-27 in force."""

from tests.cast import NOW, Cast
from tests.factories import payments as make
from tests.factories import registrations as make_registrations
from tests.ground.built_once import built_once


@built_once
def before(cast: Cast) -> Cast:
    """The cast, with the money of two years set up and vendor details verified."""
    make.setting(cast, now=NOW)
    make_registrations.published_year(2025, by=cast.adele, second=cast.zora, now=NOW)
    make.grant_year(2025)
    return cast
