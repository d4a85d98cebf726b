"""The commands that open a programme year: two administrators, and refusals in words."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from registrations.models import ProgrammeYear

CHOICES = {"on_fail": "pay", "on_withdrawal": "keep", "on_move": "completing"}


@pytest.fixture
def drafted(cast) -> None:
    call_command("load_programme_years", cast.adele.email)


def test_it_works(cast, drafted, capsys):
    call_command("choose_programme_year", "2026-27", cast.adele.email, **CHOICES)
    call_command("publish_programme_year", "2026-27", f" {cast.zora.email.upper()} ")
    said = capsys.readouterr().out
    assert "publish_programme_year 2026-27 THEIR-ADDRESS --programme asye_cf\n" in said
    assert "The second payment is due. The employer keeps the first payment." in said
    assert "is published: open from 1 April 2026 to 31 March 2027." in said
    year = ProgrammeYear.objects.get(code="2026-27", programme="asye_cf")
    assert (year.drafted_by, year.published_by) == (cast.adele, cast.zora)
    assert (year.on_fail, year.certificate_issuer) == ("pay", "Department for Education")
    acts = AuditEvent.objects.filter(object_id=year.pk, object_type="registrations.programmeyear").order_by("pk")
    assert [(act.act.split(".")[1], act.actor) for act in acts] == [
        ("draft_year", cast.adele),
        ("choose_year", cast.adele),
        ("publish_year", cast.zora),
    ]


def test_a_year_that_is_over_needs_no_choices(cast, drafted):
    call_command("publish_programme_year", "2018-19", cast.zora.email)
    assert ProgrammeYear.objects.get(code="2018-19").published_by == cast.zora


def test_the_issuer_can_be_chosen(cast, drafted):
    call_command("choose_programme_year", "2026-27", cast.adele.email, issuer="Skills for Care", **CHOICES)
    assert ProgrammeYear.objects.get(code="2026-27", programme="asye_cf").certificate_issuer == "Skills for Care"


def test_whoever_chooses_does_not_publish(cast, drafted):
    call_command("choose_programme_year", "2026-27", cast.zora.email, **CHOICES)
    with pytest.raises(CommandError, match="so another person has to publish it"):
        call_command("publish_programme_year", "2026-27", cast.zora.email)
    with pytest.raises(CommandError, match="so another person has to publish it"):
        call_command("publish_programme_year", "2026-27", cast.adele.email)


def test_nothing_is_published_without_the_choices(cast, drafted):
    with pytest.raises(CommandError, match="choose whether a fail earns the second payment"):
        call_command("publish_programme_year", "2026-27", cast.zora.email)
    assert not ProgrammeYear.objects.filter(published_at__isnull=False).exists()


@pytest.mark.usefixtures("drafted")
@pytest.mark.parametrize("command", ["choose_programme_year", "publish_programme_year"])
@pytest.mark.parametrize(
    ("code", "who", "words"),
    [
        ("2026-27", "erin", "administrator"),
        ("2026-27", "nobody", "There is no account with the address"),
        ("2031-32", "zora", "There is no draft of 2031-32. Drafts: 2018-19, "),
    ],
)
def test_who_and_what_are_asked_for_in_words(cast, command, code, who, words):
    email = "nobody@dfe.example" if who == "nobody" else getattr(cast, who).email
    choices = CHOICES if command == "choose_programme_year" else {}
    with pytest.raises(CommandError) as refused:
        call_command(command, code, email, **choices)
    assert words in str(refused.value)
    assert not ProgrammeYear.objects.filter(published_at__isnull=False).exists()


def test_only_an_administrator_drafts(cast):
    with pytest.raises(CommandError):
        call_command("load_programme_years", cast.erin.email)
    assert not ProgrammeYear.objects.exists()
