"""No page, file or letter shows anybody an equality answer of somebody: unusual answers are planted and looked for."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from registrations.models import NQSW, EqualityAnswers
from tests.demo.pages import ANYBODY, NOT_SERVED, PAGES, Page
from tests.demo.scene import NOW, Scene
from tests.demo.test_access import signed_in

MARK = "Zzyzx-quietist"
PLANTED = {
    "sex": "female",
    "gender_same": "no",
    "gender_words": MARK,
    "ethnic_group": "other",
    "ethnic_detail_other": "other_other",
    "ethnic_words_other": MARK,
    "religion": "other",
    "religion_words": MARK,
    "orientation": "other",
    "orientation_words": MARK,
}
THEIR_OWN = {"my_equality", "my_data"}


def plant() -> None:
    """Everybody in the service has given unusual answers."""
    EqualityAnswers.objects.all().delete()
    people = NQSW.objects.all()
    EqualityAnswers.objects.bulk_create(EqualityAnswers(nqsw=each, answers=PLANTED, answered_at=NOW) for each in people)


def _readers(scene: Scene, name: str, page: Page) -> set[str]:
    """Who gets an answer from an address in which a planted one stands."""
    url = reverse(name, kwargs=page.args(scene) if page.args else {})
    people = [("signed out", None), *scene.personas(page.about).items()]
    clients = [(who, signed_in(scene, user)) for who, user in people]  # before the savepoint: sessions are kept
    methods = ["get"] * (page.get != NOT_SERVED) + ["post"] * (page.post not in (NOT_SERVED, ANYBODY))
    found = set()
    with transaction.atomic():
        plant()
        if page.prepare is not None:
            page.prepare(scene)
        for who, client in clients:
            for method in methods:
                with transaction.atomic():
                    response = getattr(client, method)(url)
                    content = b"".join(response.streaming_content) if response.streaming else response.content
                    if MARK.encode() in content or MARK in str(response.headers):
                        found.add(who)
                    transaction.set_rollback(True)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {"account_login", "account_logout"}))
def test_no_page_shows_them_to_anybody_else(scene: Scene, name: str) -> None:
    allowed = {"nqsw", "elsewhere nqsw"} if name in THEIR_OWN else set()
    assert _readers(scene, name, PAGES[name]) == allowed


def test_no_other_table_holds_them(scene: Scene) -> None:
    """Letters, the audit trail and its words, kept texts, drafts, files: given through the page and found nowhere."""
    url = reverse("my_equality")
    client = signed_in(scene, scene.registration("running").nqsw.user)
    with transaction.atomic(), connection.cursor() as cursor:
        assert client.post(url, PLANTED).status_code == 302
        tables = set(connection.introspection.table_names(cursor)) - {"django_session"}
        holding = set()
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{MARK}%"])
            if cursor.fetchone()[0]:
                holding.add(table)
        transaction.set_rollback(True)
    assert holding == {"registrations_equalityanswers"}
