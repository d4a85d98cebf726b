"""A recommendation through a round to an outcome, by the services alone."""

from assessments.models import Outcome
from assessments.states import ModerationBasis
from moderation.models import Resolution
from moderation.services import confirming
from tests.cast import NOW, Cast
from tests.factories import moderation as make


def test_it_works(cast: Cast) -> None:
    round_ = make.round_of(cast, now=NOW, results=["pass"])
    (item,) = make.items_of(round_)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, judgement="pass")
    assert Resolution.objects.get(item=item).how == "agreed"
    outcome = confirming.confirm_outcome(item.population.registration, "pass", by=cast.lena, now=NOW)
    assert outcome == Outcome.objects.get()
    assert outcome.moderation_basis == ModerationBasis.AGREED
