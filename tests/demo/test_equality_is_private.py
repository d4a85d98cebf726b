"""Equality answers stand in one table only. That no page shows them to anybody else, test_access.py looks at each."""

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.demo.planted import ANSWERS, MARK
from tests.demo.scene import Scene


def test_no_other_table_holds_them(scene: Scene) -> None:
    """Letters, the audit trail and its words, kept texts, drafts, files: given through the page and found nowhere."""
    url = reverse("my_equality")
    client = Client()
    with transaction.atomic(), connection.cursor() as cursor:
        client.force_login(scene.registration("running").nqsw.user)
        assert client.post(url, ANSWERS).status_code == 302
        tables = set(connection.introspection.table_names(cursor)) - {"django_session"}
        holding = set()
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{MARK}%"])
            if cursor.fetchone()[0]:
                holding.add(table)
        transaction.set_rollback(True)
    assert holding == {"registrations_equalityanswers"}
