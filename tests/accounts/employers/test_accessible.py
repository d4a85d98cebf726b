"""Pages of employers, requests and terms, empty, with their errors and full, wide and narrow: WCAG 2.2 AA."""

from accounts import roles
from accounts.models import Notice
from accounts.services import employers, invitations, requests, terms
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import EmployerKind, Region
from registrations.services import mergers
from tests.cast import NOW, TODAY, Cast
from tests.ground.browser import Look


def test_nothing_yet(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.erin, "employer_requests")
    looked_at(cast.adele, "terms")
    looked_at(cast.lena, "employer_terms", cast.northshire.pk)
    looked_at(cast.erin, "employer", cast.northshire.pk)


def test_forms_with_their_errors(looked_at: Look, cast: Cast) -> None:
    looked_at(cast.ben, "account_name", press="Save")
    looked_at(cast.adele, "employer_new_step", "kind", press="Continue")
    looked_at(cast.adele, "employer_change", cast.northshire.pk, press="Save the change")
    looked_at(cast.adele, "terms_draft", press="Save the draft")
    looked_at(cast.adele, "role_replace", cast.amira.memberships.get().pk)
    looked_at(cast.amira, "role_end", cast.ben.memberships.get().pk)
    looked_at(cast.erin, "employer_close", cast.northshire.pk, press="Close the employer")
    looked_at(cast.erin, "merger_propose", cast.northshire.pk, press="Propose the merger")


def test_full_pages(looked_at: Look, cast: Cast) -> None:
    own = cast.northshire
    employers.change_details(own, Details("Northshire Together", own.kind, own.region), "x", by=cast.adele, now=NOW)
    version = terms.publish(terms.draft("Words.", "x", TODAY, by=cast.adele, now=NOW), by=cast.zora, now=NOW)
    asked = Details("Northshire Families", EmployerKind.NHS, Region.LONDON, None, "0300 123 4567")
    requests.ask(asked, Person("fay@w.example", "Fay", "F"), "Head", now=NOW)
    link = Notice.objects.filter(kind="accounts.confirm_request").latest("id").secret_link.rsplit("/", 1)[-1]
    waiting = requests.confirm(link, now=NOW)
    merger = mergers.propose(own, cast.southmouth, TODAY, "One trust.", by=cast.erin, now=NOW)
    invitations.invite("a.name.without.end@northshire.example", "A", "N", roles.ASSESSOR, own, by=cast.amira, now=NOW)
    looked_at(cast.amira, "home")  # no word of a list is wider than a phone
    looked_at(cast.erin, "employers")
    looked_at(cast.erin, "employer", own.pk)
    looked_at(cast.erin, "employer_requests")
    looked_at(cast.erin, "employer_request", waiting.pk)
    looked_at(cast.erin, "employer_request_refuse", waiting.pk, press="Refuse the request")
    looked_at(cast.erin, "merger", merger.pk)
    looked_at(cast.erin, "merger_cancel", merger.pk, press="Call it off")
    looked_at(cast.adele, "terms")
    looked_at(cast.adele, "terms_version", version.pk)
    looked_at(cast.lena, "employer_terms", own.pk, press="Accept the terms")
