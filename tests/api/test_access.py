"""Who gets what: every method of every address × every kind of key, with the neighbour's data there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import ApiKey, Employer, Membership, SensitiveRead
from accounts.roles import COORDINATOR
from accounts.services import keys
from accounts.states import Scope
from asye import clock
from registrations.models import NQSW, ProgrammeYear, Registration
from tests.api.asking import V1, System, body_of, make_key
from tests.api.test_hostile import OPERATIONS
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as make_people
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
# What each address takes, and with which scope.
ADDRESSES: Final[dict[str, dict[str, Scope]]] = {
    "/registrations": {"GET": Scope.READ, "POST": Scope.WRITE},
    "/registrations/check": {"POST": Scope.WRITE},
    "/registrations/search": {"POST": Scope.READ},
    "/registrations/{which}": {"GET": Scope.READ},
    "/registrations/{which}/answer": {"POST": Scope.WRITE},
    "/registrations/{which}/withdraw": {"POST": Scope.WRITE},
    "/assessors": {"GET": Scope.READ},
    "/options": {"GET": Scope.READ},
}
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
KINDS: Final[dict[str, Callable[[Cast], str]]] = {}
STATUS: Final = {"none": 401, "unknown": 401, "revoked": 401, "expired": 401, "closed": 403, "nobody": 403}


def kind(function: Callable[[Cast], str]) -> Callable[[Cast], str]:
    KINDS[function.__name__] = function
    return function


@kind
def none(cast: Cast) -> str:
    return ""


@kind
def unknown(cast: Cast) -> str:
    return "asye_0000000000_" + "0" * 64


@kind
def revoked(cast: Cast) -> str:
    issued = make_key(cast.northshire, cast.amira)
    keys.revoke(issued.key, by=cast.amira, now=NOW)
    return issued.secret


@kind
def expired(cast: Cast) -> str:
    return make_key(cast.northshire, cast.amira, now=NOW - timedelta(days=30), days=30).secret


@kind
def closed(cast: Cast) -> str:
    secret = make_key(cast.northshire, cast.amira).secret
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY)
    return secret


@kind
def nobody(cast: Cast) -> str:
    secret = make_key(cast.northshire, cast.amira).secret
    Membership.objects.filter(user=cast.amira).update(ends_on=TODAY)
    return secret


@kind
def reads(cast: Cast) -> str:
    return make_key(cast.northshire, cast.amira, Scope.READ).secret


@kind
def writes(cast: Cast) -> str:
    return make_key(cast.northshire, cast.amira, Scope.WRITE).secret


@kind
def both(cast: Cast) -> str:
    return make_key(cast.northshire, cast.amira).secret


@kind
def neighbours(cast: Cast) -> str:
    return make_key(cast.southmouth, cast.cora).secret


SCOPES: Final = {"reads": {Scope.READ}, "writes": {Scope.WRITE}, "both": set(Scope), "neighbours": set(Scope)}


def wanted(which: str, address: str, method: str) -> set[int]:
    """The statuses of which one must be the answer to an empty request."""
    if which in STATUS:
        return {STATUS[which]}
    needed = ADDRESSES[address].get(method)
    if needed is None:  # another method: its scope is asked for before it is known that there is none
        return {403, 405} if SCOPES[which] != set(Scope) else {405}
    if needed not in SCOPES[which]:
        return {403}
    if which == "neighbours" and "{which}" in address:
        return {404, 422}  # 422: the empty body, before anything is looked for
    return {200, 422}


@pytest.mark.parametrize("which", KINDS)
def test_every_address_and_method(cast: Cast, year: ProgrammeYear, which: str) -> None:
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    system = System(KINDS[which](cast))
    wrong = []
    for address in ADDRESSES:
        for method in METHODS:
            response = system.ask(method, address.format(which=registration.pk), {} if method == "POST" else None)
            if response.status_code not in wanted(which, address, method):
                wrong.append(f"{method} {address}: {response.status_code}")
            assert response.headers["Cache-Control"] == "no-store"
            assert not response.cookies
            if response.status_code >= 400:
                assert response.headers["Content-Type"] == "application/problem+json"
            if response.status_code == 401:
                assert response.headers["WWW-Authenticate"] == "Bearer"
    assert wrong == []


def test_the_addresses_are_those_there_are(cast: Cast) -> None:
    listed = sorted((method, V1 + address) for address, methods in ADDRESSES.items() for method in methods)
    assert listed == OPERATIONS


def everything(cast: Cast) -> list[Registration]:
    """Northshire's registrations in every state."""
    by: Any = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    sent = make.submitted(cast.northshire, number=0, **by)
    asked = make.queried(make.submitted(cast.northshire, number=1, **by), by=cast.erin, now=NOW)
    running = make.registered(cast.northshire, number=2, caseworker=cast.erin, **by)
    return [sent, asked, running]


def test_a_neighbour_reads_and_touches_nothing(cast: Cast, year: ProgrammeYear, north: System, south: System) -> None:
    theirs = everything(cast)
    own = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW, number=5)
    assert [each["id"] for each in south.read("/registrations")["registrations"]] == [own.pk]
    assert {each["id"] for each in north.read("/registrations")["registrations"]} == {each.pk for each in theirs}
    versions = list(Registration.objects.order_by("pk").values_list("pk", "version", "state"))
    for each in theirs:
        assert south.send("/registrations/search", {"swe_number": each.nqsw.swe_number})["registrations"] == []
        for which in filter(None, (each.pk, each.reference)):
            assert south.ask("GET", f"/registrations/{which}").status_code == 404
            leave = {"version": each.version, "on": str(TODAY), "because": "x"}
            assert south.ask("POST", f"/registrations/{which}/withdraw", leave).status_code == 404
            said = {"version": each.version, "text": "x"}
            assert south.ask("POST", f"/registrations/{which}/answer", said).status_code == 404
    assert list(Registration.objects.order_by("pk").values_list("pk", "version", "state")) == versions
    assert south.read("/assessors")["assessors"] == [{"name": "Cal Penrose", "email": cast.cal.email}]


def test_a_co_ordinator_of_two_employers_has_two_keys_and_each_opens_one(cast: Cast, year: ProgrammeYear) -> None:
    """The services ask what the person may; the key must not lend them their other employer."""
    make_people.in_role(cast.amira, COORDINATOR, cast.southmouth, by=cast.adele, now=NOW)
    theirs = make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW)
    north = System(make_key(cast.northshire, cast.amira).secret)
    assert north.ask("GET", f"/registrations/{theirs.pk}").status_code == 404
    leave = {"version": theirs.version, "on": str(TODAY), "because": "x"}
    assert north.ask("POST", f"/registrations/{theirs.pk}/withdraw", leave).status_code == 404
    sent = body_of(make.answers(cast.cal, number=3, on=TODAY), cast.cal)
    refused = north.ask("POST", "/registrations", sent)
    assert [each["field"] for each in refused.json()["errors"]] == ["assessor"]
    south = System(make_key(cast.southmouth, cast.amira).secret)
    assert south.send("/registrations", sent, 201)["stage"] == "being_checked"


def test_a_session_opens_nothing_and_none_is_made(cast: Cast, north: System) -> None:
    browser = Client()
    browser.force_login(cast.amira)
    for path in ("/registrations", "/nowhere", "/options"):
        response = browser.get(V1 + path)
        assert (response.status_code, response.json()["code"]) == (401, "no_key")
        assert not response.cookies
    with clock.moved_to(NOW + timedelta(hours=2)):  # idle: a page would lead to the sign-in page
        assert browser.get(f"{V1}/registrations").status_code == 401
    north.cookies = browser.cookies
    response = north.ask("GET", "/options")
    assert (response.status_code, bool(response.cookies)) == (200, False)
    assert settings.SESSION_COOKIE_NAME in browser.cookies


def test_nowhere_is_said_to_keys_only(north: System) -> None:
    for path in ("/nowhere", "/registrations/", "/registrations/1/approve", "/registrations/CF26000000/", "/../admin"):
        assert (north.ask("GET", path).status_code, System().ask("GET", path).status_code) == (404, 401)
    for path in ("/registrations/x", "/registrations/%00", "/registrations/99999999999999999999", "/registrations/-1"):
        assert north.ask("GET", path).status_code == 404


@pytest.mark.parametrize(
    "header", ["Basic abc", "asye_", "Bearer", "Bearer ", "Bearer a b", "Token x", "Bearer \u00e9"]
)
def test_no_good_header(north: System, header: str) -> None:
    response = north.ask("GET", "/options", Authorization=header)
    assert (response.status_code, response.json()["code"]) == (401, "no_key")


def test_the_day_of_use_is_noted_outside_the_reading(cast: Cast, north: System) -> None:
    assert ApiKey.objects.get().last_used_on is None
    north.read("/options")
    assert ApiKey.objects.get().last_used_on == TODAY
    System("asye_0000000000_" + "0" * 64).ask("GET", "/options")
    with clock.moved_to(NOW + timedelta(days=1)):
        assert north.ask("POST", "/registrations", {}).status_code == 422
    assert ApiKey.objects.get().last_used_on == TODAY + timedelta(days=1)


def test_who_read_one_registration_is_logged_as_on_the_page(cast: Cast, year: ProgrammeYear, north: System) -> None:
    made = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    north.read(f"/registrations/{made.pk}")
    read = SensitiveRead.objects.get()
    assert (read.actor, read.object_type, read.object_id) == (cast.amira, "registrations.registration", made.pk)


def test_so_many_requests_a_minute_for_each_key(cast: Cast, north: System, south: System, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    assert [north.ask("GET", "/options").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = north.ask("GET", "/nowhere")
    assert (late.status_code, late.json()["code"], late.headers["Retry-After"]) == (429, "too_many", "60")
    assert "Wait 60 seconds" in late.json()["detail"]
    assert south.ask("GET", "/options").status_code == 200
    with clock.moved_to(NOW + timedelta(seconds=60)):
        assert north.ask("GET", "/options").status_code == 200


def test_without_redis_nobody_is_held_up(north: System, settings: Any) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "api": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere.sock"},
    }
    settings.API_REQUESTS_PER_MINUTE = 0
    assert north.ask("GET", "/options").status_code == 200


def test_no_equality_answers_and_no_addresses_of_people_leave(cast: Cast, year: ProgrammeYear, north: System) -> None:
    everything(cast)
    said = str(north.read("/registrations"))
    for word in ("ethnic", "gender", "religion", "orientation", "disability", "birth", "@people.example"):
        assert word not in said
    assert all(number in said for number in NQSW.objects.values_list("swe_number", flat=True))
