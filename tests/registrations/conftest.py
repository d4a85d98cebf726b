"""The programme year 2026-27, open."""

from registrations.models import ProgrammeYear
from tests.cast import NOW, Cast
from tests.factories import registrations as make
from tests.ground.built_once import built_once


@built_once
def year(cast: Cast) -> ProgrammeYear:
    """2026-27, drafted by Adele and published by Zora."""
    return make.published_year(by=cast.adele, second=cast.zora, now=NOW)
