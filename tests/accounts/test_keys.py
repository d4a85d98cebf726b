"""API keys: who makes and revokes them, what is kept of them, and when they stop working."""

import re
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import ApiKey, AuditEvent, Employer, Notice, User
from accounts.services import keys, people
from accounts.states import Scope
from accounts.tasks import tell_expiring_keys
from asye import clock
from asye.refusals import NotAllowed, Refused
from tests.cast import NOW, TODAY, Cast, build
from tests.factories import accounts as make

LAST_DAY = date(2027, 9, 14)
BOTH = list(Scope.values)


def issue(cast: Cast, **changed: object) -> keys.Issued:
    given = {"scopes": BOTH, "holder": cast.amira, "expires_on": LAST_DAY, "by": cast.amira, "now": NOW, **changed}
    return keys.issue(given.pop("employer", cast.northshire), given.pop("name", "Payroll"), **given)


@pytest.mark.django_db
def test_it_works(cast: Cast) -> None:
    issued = issue(cast)
    key = ApiKey.objects.get()
    assert issued.secret.startswith(f"asye_{key.prefix}_")
    assert len(issued.secret) == 5 + 10 + 1 + 64
    assert issued.secret.rpartition("_")[2] not in str(vars(key))
    assert keys.let_in(issued.secret, TODAY) == key
    assert AuditEvent.objects.get(act="accounts.issue_key").codes == key.scopes
    assert Notice.objects.get(kind="accounts.key_issued").user == cast.amira
    keys.revoke(key, by=cast.adele, now=NOW)
    with pytest.raises(keys.KeyRefused, match="revoked"):
        keys.let_in(issued.secret, TODAY)
    assert Notice.objects.get(kind="accounts.key_revoked").user == cast.amira
    with pytest.raises(Refused, match="already"):
        keys.revoke(key, by=cast.amira, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["lena", "ben", "dev", "cora", "erin", "omar", "udo", "nils"])
def test_nobody_else_makes_or_revokes_one(cast: Cast, who: str) -> None:
    key, by = issue(cast).key, getattr(cast, who)
    with pytest.raises(NotAllowed):
        issue(cast, name="Another", holder=by, by=by)
    with pytest.raises(NotAllowed):
        keys.revoke(key, by=by, now=NOW)


@pytest.mark.django_db
def test_a_co_ordinator_answers_for_their_own_and_an_administrator_names_who(cast: Cast) -> None:
    other = make.person("gail@northshire.example", "Gail", "Good", by=cast.adele, now=NOW)
    make.in_role(other, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    with pytest.raises(NotAllowed, match="themselves"):
        issue(cast, holder=other)
    assert issue(cast, holder=other, by=cast.adele).key.holder == other
    with pytest.raises(Refused, match="Select a co-ordinator"):
        issue(cast, name="Another", holder=cast.cora, by=cast.adele)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "PAYROLL"}, "name"),
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["money:write"]}, "scopes"),
        ({"name": "x", "expires_on": TODAY}, "expires_on"),
        ({"name": "x", "expires_on": LAST_DAY + timedelta(days=1)}, "expires_on"),
    ],
)
def test_what_a_key_needs(cast: Cast, changed: dict[str, object], field: str) -> None:
    issue(cast)
    with pytest.raises(Refused) as refused:
        issue(cast, **changed)
    assert refused.value.field == field


@pytest.mark.django_db
def test_when_a_key_stops_working(cast: Cast) -> None:
    secret = issue(cast).secret
    assert keys.let_in(secret, LAST_DAY - timedelta(days=1))
    with pytest.raises(keys.KeyRefused, match="expired"):
        keys.let_in(secret, LAST_DAY)
    for wrong in (
        "",
        "asye_",
        secret[:-1],
        secret[:-1] + ("0" if secret[-1] != "0" else "1"),
        secret.upper(),
        "é" * 80,
    ):
        with pytest.raises(keys.KeyRefused, match="not known"):
            keys.let_in(wrong, TODAY)
    Employer.objects.filter(pk=cast.northshire.pk).update(closed_on=TODAY)
    assert keys.let_in(secret, TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed, match="closed"):
        keys.let_in(secret, TODAY)


@pytest.mark.django_db
def test_a_key_stops_with_the_role_and_the_account_of_who_answers_for_it(cast: Cast) -> None:
    other = make.person("gail@northshire.example", "Gail", "Good", by=cast.adele, now=NOW)
    held = make.in_role(other, roles.COORDINATOR, cast.northshire, by=cast.adele, now=NOW)
    secret = issue(cast, holder=other, by=other).secret
    people.deactivate(other, because="Left.", by=cast.adele, now=NOW)
    with pytest.raises(NotAllowed, match="no longer a co-ordinator"):
        keys.let_in(secret, TODAY)
    people.reactivate(User.objects.get(pk=other.pk), because="Back.", by=cast.adele, now=NOW)
    assert keys.let_in(secret, TODAY)
    people.end_role(held, on=TODAY, by=cast.adele, now=NOW)
    with pytest.raises(NotAllowed, match="no longer a co-ordinator"):
        keys.let_in(secret, TODAY)


def test_what_the_database_refuses(transactional_db, app_sql, owner_sql) -> None:
    cast = build()
    key = issue(cast).key
    keys.revoke(key, by=cast.amira, now=NOW)
    for statement in (
        "UPDATE accounts_apikey SET revoked_at = NULL, revoked_by_id = NULL",
        "UPDATE accounts_apikey SET secret_hash = 'x'",
        "UPDATE accounts_apikey SET scopes = '{registrations:read}'",
        "UPDATE accounts_apikey SET expires_on = '2099-01-01'",
        f"UPDATE accounts_apikey SET holder_id = {cast.cora.pk}",
        "DELETE FROM accounts_apikey",
        "TRUNCATE accounts_apikey CASCADE",
        *(
            "INSERT INTO accounts_apikey (employer_id, name, prefix, secret_hash, scopes, holder_id, issued_by_id, "
            f"issued_at, expires_on) SELECT employer_id, 'y', 'q', '', {scopes}, holder_id, issued_by_id, issued_at, "
            f"date '{last}' FROM accounts_apikey"
            for scopes, last in (
                ("'{}'::text[]", "2027-01-01"),
                ("'{money:write}'::text[]", "2027-01-01"),
                ("scopes", "2027-09-15"),
                ("scopes", "2026-09-14"),
            )
        ),
    ):
        for connection in (app_sql, owner_sql):
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statement)
            assert error.value.sqlstate in ("23001", "23514", "42501"), statement


@pytest.fixture
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def typed(**changed: object) -> dict[str, object]:
    day = {"expires_on_day": "14", "expires_on_month": "9", "expires_on_year": "2027"}
    return {"name": "Payroll", "scopes": BOTH, **day, **changed}


@pytest.mark.django_db
@pytest.mark.usefixtures("_today")
def test_the_key_is_shown_once_and_never_kept_by_a_browser(client, cast: Cast) -> None:
    client.force_login(cast.amira)
    url = reverse("api_key_new", args=[cast.northshire.pk])
    shown = client.post(url, typed())
    secret = re.search(r"asye_[0-9a-z]{10}_[0-9a-f]{64}", shown.content.decode())[0]
    assert shown.headers["Cache-Control"] == "no-store"
    assert keys.let_in(secret, TODAY).holder == cast.amira
    listed = client.get(reverse("api_keys", args=[cast.northshire.pk])).content.decode()
    assert "Payroll" in listed
    assert secret[:15] in listed
    assert secret not in listed
    assert "There is a key with this name already" in client.post(url, typed()).content.decode()
    assert ApiKey.objects.count() == 1
    revoke = reverse("api_key_revoke", args=[ApiKey.objects.get().pk])
    assert "Are you sure" in client.get(revoke).content.decode()
    assert client.post(revoke)["Location"] == reverse("api_keys", args=[cast.northshire.pk])
    assert ApiKey.objects.get().revoked_at == NOW
    assert client.post(revoke).status_code == 409


@pytest.mark.django_db
@pytest.mark.usefixtures("_today")
def test_an_administrator_names_who_answers(client, cast: Cast) -> None:
    client.force_login(cast.adele)
    url = reverse("api_key_new", args=[cast.northshire.pk])
    assert "Select who answers for the key" in client.post(url, typed()).content.decode()
    client.post(url, typed(holder=str(cast.amira.pk)))
    assert ApiKey.objects.get().holder == cast.amira
    client.force_login(cast.cora)
    for name, pk in (("api_keys", cast.northshire.pk), ("api_key_revoke", ApiKey.objects.get().pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("_today")
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_at_one_key_and_at_three(client, cast: Cast, count, django_assert_num_queries) -> None:
    for number in range(count):
        issue(cast, name=f"Key {number}")
    client.force_login(cast.amira)
    client.get(reverse("api_keys", args=[cast.northshire.pk]))
    with django_assert_num_queries(10):
        client.get(reverse("api_keys", args=[cast.northshire.pk]))


@pytest.mark.django_db
def test_people_are_told_once_before_a_key_expires(cast: Cast) -> None:
    key = issue(cast).key
    short = issue(cast, name="Short", expires_on=TODAY + timedelta(days=10)).key
    ended = issue(cast, name="Ended").key
    keys.revoke(ended, by=cast.amira, now=NOW)
    day = timedelta(days=1)
    before = datetime.combine(LAST_DAY, NOW.timetz()) - 31 * day
    assert keys.tell_expiring(NOW + day) == keys.tell_expiring(before) == 0
    with clock.moved_to(before + day):
        tell_expiring_keys()
    assert keys.tell_expiring(before + 2 * day) == 0
    letter = Notice.objects.get(kind="accounts.key_expires")
    assert letter.user == cast.amira
    assert "The API key “Payroll” of Northshire works until 14 September 2027." in letter.body
    assert {key.name, short.name} & set(letter.subject.split()) == set()
