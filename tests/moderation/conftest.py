"""Nina's recommendation at Northshire, one step further in each fixture; a fail, which is always read, or a pass."""

from moderation.models import Allocation, Round
from moderation.services import allocation
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import moderation as make
from tests.ground.built_once import built_once


@built_once
def recommended(cast: Cast) -> Registration:
    """Ben has recommended a fail."""
    return make.recommended(cast, now=NOW, result="fail")


@built_once
def opened(cast: Cast, recommended: Registration) -> Round:
    """The round of that one fail, which nobody reads yet."""
    return make.round_of(cast, now=NOW, results=(), readers=False)


@built_once
def held(cast: Cast, opened: Round) -> Allocation:
    """Dev was given it and has written nothing."""
    allocation.share_out(opened, by=cast.amira, now=NOW)
    return make.held_by(cast.dev)


@built_once
def judged(cast: Cast, held: Allocation) -> Allocation:
    """Dev finds a fail too and has not sealed it."""
    return make.judged(make.held_by(cast.dev), by=cast.dev, now=NOW)


@built_once
def sealed(cast: Cast, held: Allocation) -> Allocation:
    """Dev has sealed a fail."""
    return make.sealed(make.held_by(cast.dev), by=cast.dev, now=NOW)


@built_once
def read(cast: Cast, held: Allocation) -> Allocation:
    """Dev has read it to the end and agrees, which resolves it."""
    return make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW)


@built_once
def recommended_pass(cast: Cast) -> Registration:
    """Ben has recommended a pass."""
    return make.recommended(cast, now=NOW)


@built_once
def held_pass(cast: Cast, recommended_pass: Registration) -> Allocation:
    """The round of that one pass, which Dev was given."""
    make.round_of(cast, now=NOW, results=())
    return make.held_by(cast.dev)


@built_once
def read_pass(cast: Cast, held_pass: Allocation) -> Allocation:
    """Dev has read it to the end and agrees: it can be confirmed."""
    return make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, judgement="pass")
