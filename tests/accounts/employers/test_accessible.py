"""Pages of employers and terms where there is nothing yet or a long word: WCAG 2.2 AA, wide and narrow."""

from accounts import roles
from accounts.services import invitations, terms
from tests.cast import NOW, TODAY, Cast
from tests.ground.browser import Look


def test_nothing_yet(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.erin, "employer_requests")
    looked_at(cast.adele, "terms")
    looked_at(cast.lena, "employer_terms", cast.northshire.pk)
    looked_at(cast.erin, "employer", cast.northshire.pk)


def test_a_long_word(looked_at: Look, cast: Cast) -> None:
    """No word of a list is wider than a phone."""
    own = cast.northshire
    invitations.invite("a.name.without.end@northshire.example", "A", "N", roles.ASSESSOR, own, by=cast.amira, now=NOW)
    looked_at(cast.amira, "home")
    looked_at(cast.amira, "people_of", own.pk)


def test_terms_that_wait(looked_at: Look, cast: Cast) -> None:
    terms.publish(terms.draft("Words.", "x", TODAY, by=cast.adele, now=NOW), by=cast.zora, now=NOW)
    looked_at(cast.lena, "employer_terms", cast.northshire.pk, press="Accept the terms")
