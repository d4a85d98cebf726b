"""What the database itself refuses about employers, requests and terms, to the service's role and to the owner."""

import pytest

from accounts.models import GrantTerms, LocalAuthority
from accounts.services import employers, humans, reference, requests, terms
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import EmployerKind, Region
from tests.accounts.test_walls import CHECK, FOREIGN, PRIVILEGE, REFUSED, UNIQUE, refused
from tests.cast import NOW, TODAY, build

OVERLAP = "23P01"


@pytest.fixture
def cast(transactional_db):
    """The cast, committed, with a request, an employer renamed, and terms published and accepted."""
    made = build()
    reference.load_local_authorities(NOW)
    camden = LocalAuthority.objects.get(name="Camden")
    employers.create_employer("Camden", EmployerKind.LOCAL_AUTHORITY, Region.LONDON, camden, by=made.adele, now=NOW)
    new = Details("Northshire Together", made.northshire.kind, made.northshire.region)
    employers.change_details(made.northshire, new, "Renamed.", by=made.adele, now=NOW)
    asked = Details("Westport", EmployerKind.NHS, Region.LONDON, None, "0300 123 4567")
    requests.ask(asked, Person("fay@w.example", "Fay", "F"), "Head", now=NOW)
    version = terms.publish(terms.draft("Words.", "x", TODAY, by=made.adele, now=NOW), by=made.zora, now=NOW)
    terms.accept(version, made.northshire, by=made.lena, now=NOW, seen_sha256=version.sha256)
    terms.draft("More words.", "x", TODAY, by=made.adele, now=NOW)
    return made


@pytest.mark.parametrize("table", ["accounts_formerdetails", "accounts_termshand", "accounts_termsacceptance"])
def test_what_was_stays(cast, app_sql, owner_sql, table):
    for connection, code in ((app_sql, PRIVILEGE), (owner_sql, REFUSED)):
        refused(connection, f"UPDATE {table} SET id = id", code)
        refused(connection, f"DELETE FROM {table}", code)


SECOND_ROLE = """
    INSERT INTO accounts_membership (user_id, role, employer_id, starts_on, ends_on)
    SELECT user_id, role, employer_id, '2025-01-01', '2027-01-01' FROM accounts_membership WHERE role = 'assessor'
"""
PUBLISHED_BY_DRAFTER = """
    UPDATE accounts_grantterms t SET published_at = now(), published_by_id = h.user_id, published_human_id = h.human_id,
        sha256 = encode(sha256(convert_to(t.text, 'UTF8')), 'hex')
    FROM accounts_termshand h WHERE h.terms_id = t.id AND t.version = 2
"""
FOR_ANOTHER = """
    INSERT INTO accounts_termsacceptance (terms_id, sha256, employer_id, employer_name, accepted_by_id, membership_id,
        role, accepted_at)
    SELECT a.terms_id, a.sha256, e.id, e.name, a.accepted_by_id, a.membership_id, a.role, a.accepted_at
    FROM accounts_termsacceptance a, accounts_employer e WHERE e.name = 'Southmouth'
"""


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (SECOND_ROLE, OVERLAP),
        ("UPDATE accounts_employer SET local_authority_id = '202' WHERE name = 'Southmouth'", UNIQUE),
        ("UPDATE accounts_employer SET phone = '0300 123 4567'", CHECK),
        ("UPDATE accounts_membership SET is_primary = true WHERE role = 'assessor'", CHECK),
        ("UPDATE accounts_employerrequest SET state = 'approved'", CHECK),
        ("UPDATE accounts_employerrequest SET state = 'waiting'", CHECK),
        ("UPDATE accounts_employerrequest SET email = 'other@w.example'", REFUSED),
        ("UPDATE accounts_grantterms SET text = 'Others.' WHERE version = 1", REFUSED),
        ("UPDATE accounts_grantterms SET required_from = '2030-01-01' WHERE version = 1", REFUSED),
        ("DELETE FROM accounts_grantterms", REFUSED),
        (PUBLISHED_BY_DRAFTER, FOREIGN),
        (FOR_ANOTHER, FOREIGN),
    ],
)
def test_an_impossible_row_cannot_be_written(cast, app_sql, owner_sql, statement, code):
    for connection in (app_sql, owner_sql):
        refused(connection, statement, *({code, PRIVILEGE} if "DELETE" in statement else {code}))


def test_terms_are_published_by_another_human_whatever_the_account(cast, app_sql, owner_sql):
    """The accounts of drafter and publisher prove to be one person's after the draft."""
    draft = GrantTerms.objects.get(version=2)
    hand = "INSERT INTO accounts_termshand (terms_id, human_id, user_id, hand, at) VALUES (%s, %s, %s, %s, now())"
    app_sql.execute(hand, [draft.pk, cast.zora.human_id, cast.zora.pk, "publisher"])
    publish = f"""
        UPDATE accounts_grantterms SET published_at = now(), published_by_id = %s,
            published_human_id = {cast.zora.human_id}, sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')
        WHERE version = 2
    """
    for connection in (app_sql, owner_sql):
        refused(connection, publish % cast.adele.pk, FOREIGN)
    humans.join(cast.adele, cast.zora, now=NOW)
    for connection in (app_sql, owner_sql):
        refused(connection, publish % cast.zora.pk, REFUSED)
