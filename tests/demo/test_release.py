"""Fault T37: before the outcome is confirmed an NQSW meets no word of the recommendation, wherever they look."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import Notice, User
from assessments.models import Record, Revision
from assessments.queries import schema_of
from assessments.services import drafts, outcomes, records, signing
from assessments.states import Part
from registrations.models import Registration
from tests.demo import api_shows
from tests.demo.pages import BY_KEY, NOT_SERVED, PAGES
from tests.demo.scene import NOW, Scene
from tests.demo.test_access import asked, sessions_of
from tests.factories import assessments as factory

MARK = "Heliotropically"
NOT_A_PAGE = {"account_login", "account_logout"}
# What says where they stand: it reads the same whatever was recommended.
SAYS_WHERE_THEY_STAND = ("home", "my_year", "records", "waiting_for_me", "waiting_on_others", "registration",
                         "registration_history", "my_data")  # fmt: skip


@pytest.fixture
def rolled_back(scene: Scene) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def recommended(scene: Scene) -> tuple[Registration, Record]:
    """Somebody whose recommendation is agreed, and whose outcome is not confirmed."""
    registration = scene.registration("confirmable")
    return registration, Record.objects.get(registration=registration, kind="recommendation")


def write(scene: Scene, result: str) -> Record:
    """The recommendation, reopened, kept as a draft, finished and signed: MARK in every text there is."""
    _, record = recommended(scene)
    people = scene.personas("confirmable")
    assessor = people["assessor"]
    reason = f"{MARK} because."
    records.reopen(record, reason=reason, seen_version=record.version, by=people["coordinator"], now=NOW)
    record.refresh_from_db()
    words = {one.key: f"{MARK} {one.key}." for one in schema_of(record).fields if one.type == "long_text"}
    content = factory.content(schema_of(record), Part.ASSESSOR, **words, recommendation=result)
    kept = record.drafts.filter(person=assessor).first()
    seen = {"seen_draft": kept.version if kept else 0, "seen_revision": record.current_revision.number}
    kept = drafts.save(record, content, **seen, by=assessor, now=NOW)
    record = records.submit(record, content=content, **seen | {"seen_draft": kept.version}, by=assessor, now=NOW)
    signing.sign(record, seen_revision=record.current_revision.number, by=assessor, now=NOW)
    return Record.objects.get(pk=record.pk)


def addresses(scene: Scene, record: Record) -> dict[str, str]:
    """Every address of the service, with this year and this record wherever one has its place; one that takes a
    version, with each of them."""
    at = {"pk": record.pk}
    own = replace(
        scene,
        registrations=dict.fromkeys(scene.registrations, record.registration),
        ids={**scene.ids, "record": at, "editable": at},
    )
    found = {
        name: reverse(name, kwargs=page.args(own) if page.args else {})
        for name, page in PAGES.items()
        if page.get != BY_KEY and name not in NOT_A_PAGE
    }
    found["record_new"] = reverse("record_new", args=[record.registration_id, "recommendation", "1"])
    for number in Revision.objects.filter(record=record).values_list("number", flat=True):
        found[f"record_version {number}"] = reverse("record_version", args=[record.pk, number])
    return found


def read(method: str, url: str, cookie: dict[str, str]) -> HttpResponse:
    """The answer; nothing it wrote is kept."""
    with transaction.atomic():
        response = asked(method, url, cookie)
        transaction.set_rollback(True)
    return response


def text(response: HttpResponse) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers} {content.decode(errors='replace')}"


def shown(scene: Scene, record: Record, nqsw: User, wanted: str, methods: tuple[str, ...]) -> set[str]:
    """The addresses at which the words stand in what the NQSW is answered."""
    cookie = sessions_of(scene, {"nqsw": nqsw})["nqsw"]
    return {
        name
        for name, url in addresses(scene, record).items()
        for method in methods
        if is_served(name, method) and wanted in text(read(method, url, cookie))
    }


def is_served(name: str, method: str) -> bool:
    """Whether the address answers anybody who asks in that way."""
    page = PAGES.get(name)
    return page is None or (page.get if method == "get" else page.post) != NOT_SERVED


def where_they_stand(scene: Scene, record: Record, nqsw: User) -> dict[str, str]:
    """What the pages about the year say, without what is drawn anew each time."""
    cookie, every = sessions_of(scene, {"nqsw": nqsw})["nqsw"], addresses(scene, record)
    found = {}
    for name in SAYS_WHERE_THEY_STAND:
        answer = read("post" if name == "my_data" else "get", every[name], cookie)
        assert answer.status_code == 200, name
        found[name] = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode())
    return found


def letters(nqsw: User) -> list[str]:
    return [f"{one.subject} {one.body}" for one in Notice.objects.filter(user=nqsw).order_by("id")]


def test_fault_t37_no_word_of_a_recommendation_before_its_release_and_all_of_it_after(
    scene: Scene, rolled_back: None
) -> None:
    """Every page, list, search, export, file and letter; what counts and titles say; the employer's systems."""
    registration, record = recommended(scene)
    nqsw = registration.nqsw.user
    sessions_of(scene, {"nqsw": nqsw})  # signed in before anything is written that is rolled back
    told = letters(nqsw)
    written = write(scene, "fail")
    as_fail = where_they_stand(scene, written, nqsw)
    written = write(scene, "pass")
    assert where_they_stand(scene, written, nqsw) == as_fail
    assert letters(nqsw) == told
    assert shown(scene, written, nqsw, MARK, ("get", "post")) == set()
    assert f'"{reverse("record", args=[record.pk])}"' not in "".join(as_fail.values())
    everything = str(api_shows.read(api_shows.two_employers()))
    assert registration.reference in everything
    assert MARK not in everything
    lead = scene.personas("confirmable")["senior lead"]
    outcomes.record_outcome(
        registration,
        final_revision=written.current_revision,
        result="pass",
        moderation_basis="not_sampled",
        notice_on=None,
        by=lead,
        now=NOW,
    )
    marked = {
        f"record_version {one.number}" for one in written.revisions.all() if MARK in f"{one.content} {one.reason}"
    }
    assert len(marked) > 2
    assert shown(scene, written, nqsw, MARK, ("get",)) == {"record"} | marked
    assert len(letters(nqsw)) == len(told) + 1
    assert not [one for one in letters(nqsw) if MARK in one]


def test_the_planted_words_stand_in_no_other_table_than_the_records_own(scene: Scene, rolled_back: None) -> None:
    """So there is no other place that a page could show them from; the trail keeps its words apart."""
    write(scene, "fail")
    holding = set()
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor))):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{MARK}%"])
            if cursor.fetchone()[0]:
                holding.add(table)
    assert holding == {"assessments_revision", "assessments_transition", "accounts_auditdetail", "accounts_notice"}
    letters_of_it = Notice.objects.filter(body__contains=MARK).values_list("user", flat=True)
    assert set(letters_of_it) == {scene.personas("confirmable")["assessor"].pk}
