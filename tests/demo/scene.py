"""Northshire's things, each in the state in which the most can be done with it, and who stands how to each."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from accounts.models import Employer, EmployerRequest, Membership, Notice, User
from accounts.roles import ASSESSOR, CASEWORKER, COORDINATOR
from accounts.services import invitations, keys, requests, terms
from accounts.services.employers import Details
from accounts.services.kept import keep
from accounts.services.people import give_role
from accounts.states import EmployerKind, Region, Scope
from assessments.models import Appeal, Certificate, Record, StandardLink
from assessments.services import standards
from moderation.models import Allocation, Feedback, PopulationItem, Round, SampleItem
from payments.earlier.checking import check_file
from payments.models import Batch, Line, Payee
from payments.queries.sampling import sample
from payments.services import payees, recoveries
from registrations.bulk import checking
from registrations.models import NQSW, Likeness, Merger, ProgrammeYear, Registration, RegistrationDraft
from registrations.queries import assessor_of
from registrations.services import bulk, changes, earlier, mergers, own, own_facts, transfers
from registrations.states import EarlierKind, EarlierSource, Programme, State
from tests.demo.shared_number import three_under_one_number
from tests.factories import concerns as concern_factory
from tests.payments.earlier.sheets import csv as csv_of
from tests.payments.earlier.sheets import person as old_person
from tests.registrations.bulk.people import csv, person

AT = "Northshire County Council"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@dataclass
class Scene:
    """`registrations` and `ids` by what they are; personas() says who is who for one of them."""

    by_name: dict[str, User]
    registrations: dict[str, Registration]
    ids: dict[str, dict[str, int | str]] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)  # the cookie of everybody who has signed in

    @classmethod
    def set(cls, now: datetime) -> "Scene":
        """Finds everything, and adds the few things the demo leaves out."""
        by_name = {user.full_name: user for user in User.objects.all()}
        by_name["Nobody Atall"] = User.objects.make("nobody@nowhere.example", "Nobody", "Atall", now=now)
        by_name["Nobody Atall"].set_password("a password of nobody")
        by_name["Nobody Atall"].save(update_fields=["password"])
        scene = cls(by_name, _registrations())
        scene.ids = _ids(scene, now)
        return scene

    def registration(self, which: str) -> Registration:
        """One of the registrations as it is now."""
        return Registration.objects.get(pk=self.registrations[which].pk)

    def personas(self, about: str) -> dict[str, User]:
        """Who looks at a thing of the registration `about`, by how they stand to it."""
        registration = self.registrations[about]
        placement = registration.placements.order_by("-starts_on").first()
        assessor = placement.assignments.order_by("-starts_on").first().assessor
        others = [self.by_name[n] for n in ("Ben Okafor", "Sally Thornton", "Imran Sheikh", "Grace Adeyemi")]
        reader = Allocation.objects.filter(item__population__registration=registration).order_by("id").first()
        moderators = [self.by_name["Dev Malhotra"], self.by_name["Joan Birch"]]
        moderator = reader.moderator if reader else moderators[0]
        return {
            "coordinator": self.by_name["Amira Rahman"],
            "senior lead": self.by_name["Lena Whitfield"],
            "assessor": assessor,
            "other assessor": next(one for one in others if one != assessor),
            "moderator": moderator,
            "other moderator": next(one for one in moderators if one != moderator),
            **({"nqsw": registration.nqsw.user} if registration.nqsw.user else {}),
            "caseworker": self.by_name["Erin Maddox"],
            "payments officer": self.by_name["Omar Haddad"],
            "payments approver": self.by_name["Priya Nair"],
            "analyst": self.by_name["Ana Lindqvist"],
            "auditor": self.by_name["Udo Brandt"],
            "administrator": self.by_name["Adele Carter"],
            "elsewhere coordinator": self.by_name["Cora Jennings"],
            "elsewhere senior lead": self.by_name["Patrick Doyle"],
            "elsewhere assessor": self.by_name["Mark Ellison"],
            "elsewhere moderator": self.by_name["Hannah Reeve"],
            "elsewhere nqsw": self._nqsw_elsewhere(),
            "no role": self.by_name["Nobody Atall"],
        }

    def _nqsw_elsewhere(self) -> User:
        found = Registration.objects.filter(
            placements__employer__name__startswith="Southmouth", nqsw__user__isnull=False, ended_on__isnull=True
        )
        return found.order_by("id").first().nqsw.user


def _registrations() -> dict[str, Registration]:
    own = Registration.objects.filter(placements__employer__name=AT).order_by("id").distinct()
    running = own.filter(state=State.REGISTERED, ended_on__isnull=True)
    late = running.filter(records__kind="review", records__state="draft").first()
    waiting = PopulationItem.objects.filter(round__employer__name=AT, round__closed_at__isnull=True)
    unread = waiting.filter(sampled__resolution__isnull=True, sampled__isnull=False).first()
    confirmable = PopulationItem.objects.ready().filter(round__employer__name=AT).first()
    said = Feedback.objects.filter(item__population__round__employer__name=AT).first()
    plain = running.filter(deferrals__isnull=True).exclude(pk=late.pk).exclude(records__kind="recommendation")
    return {
        "moving": plain[1],
        "fed back": said.item.population.registration,
        "unjoined": own.filter(nqsw__user__isnull=True, nqsw__invitation__isnull=False, ended_on__isnull=True).first(),
        "submitted": own.filter(state=State.SUBMITTED, register_checks__isnull=False).first(),
        "queried": own.filter(state=State.QUERIED).first(),
        "late": late,
        "running": running.filter(deferrals__isnull=True)
        .exclude(pk=late.pk)
        .exclude(records__kind="recommendation")
        .first(),
        "deferred": running.filter(deferrals__ends_on__isnull=True, deferrals__isnull=False).first(),
        "moderated": unread.registration,
        "confirmable": confirmable.registration,
        "passed": own.filter(outcomes__result="pass").first(),
        "failed": own.filter(outcomes__result="fail").first(),
    }


def _linked(record: Record, now: datetime) -> StandardLink:
    by = assessor_of(record.registration, TODAY)
    assert by is not None
    return standards.link(record, "pqs-9", why="Shown.", strongest="pqs-9", by=by, now=now)


def _ids(scene: Scene, now: datetime) -> dict[str, dict[str, int | str]]:
    northshire = Employer.objects.get(name=AT)
    amira, omar = scene.by_name["Amira Rahman"], scene.by_name["Omar Haddad"]
    regs = scene.registrations
    invitation, token = invitations.invite(
        "new@northshire.example", "New", "Comer", ASSESSOR, northshire, by=amira, now=now
    )
    last = TODAY.replace(year=TODAY.year + 1)
    key = keys.issue(northshire, "HR", [Scope.READ], holder=amira, expires_on=last, by=amira, now=now).key
    draft = RegistrationDraft.objects.create(owner=amira, employer=northshire, started_at=now, updated_at=now)
    appeal = Appeal.objects.get(outcome__registration=regs["failed"])
    proposed = payees.propose(Employer.objects.get(name="Brightpath Fostering"), "V777001", by=omar, now=now)
    moderated = SampleItem.objects.get(population__registration=regs["moderated"])
    reading = moderated.allocations.order_by("id").first()
    batches = Batch.objects.order_by("id")
    cora, mark = scene.by_name["Cora Jennings"], scene.by_name["Mark Ellison"]
    changes.extend(regs["moving"], 5, "A week of leave.", by=amira, now=now)
    elsewhere = Employer.objects.get(memberships__user=cora, memberships__role=COORDINATOR.key)
    move = transfers.take_over(regs["moving"].nqsw.swe_number or "", elsewhere, TODAY, mark, by=cora, now=now)
    asked, link = _asked(now)
    merger = _merger(scene, now)
    draft_terms = terms.draft("Better terms.", "All of it.", TODAY, by=scene.by_name["Winston Hale"], now=now)
    kept = keep("/registrations", [("q", "somebody")], by=amira, now=now)
    letter = Notice.objects.filter(
        secret_link__contains="/nqsw/join/", to_email__endswith="@northshire.example"
    ).first()
    agreed = Record.objects.filter(registration=regs["running"], state="agreed").order_by("id").first()
    editable = Record.objects.get(registration=regs["late"], state="draft")
    line = Line.objects.filter(employer=northshire).order_by("id").first()
    code = Certificate.objects.filter(registration=regs["passed"]).values_list("public_code", flat=True).first()
    people = csv(_alike(regs["running"].nqsw, scene.by_name["Sally Thornton"].email))
    file = bulk.send(northshire, people, name="people.csv", ending="csv", unused=[], by=amira, now=now).upload
    checking.check(file, now)
    old = csv_of(EarlierKind.PEOPLE, [old_person(6, employer=AT, registered_on="2026-05-01")])
    erin = scene.by_name["Erin Maddox"]
    about = {"name": "old.csv", "ending": "csv", "unused": []}
    taken_over = earlier.send(EarlierKind.PEOPLE, EarlierSource.PORTAL, old, **about, by=erin, now=now).file
    check_file(taken_over, now)
    return {
        **_asked_by_the_nqsw(regs["running"], amira, now),
        "same pair": {"pk": _pair(regs["passed"], regs["failed"], now).pk},
        "file": {"pk": file.pk},
        "earlier file": {"pk": taken_over.pk},
        "programme year": {"pk": ProgrammeYear.objects.get(programme=Programme.ASYE_ADULTS).pk},
        "northshire": {"pk": northshire.pk},
        "merger": {"pk": merger.pk},
        "request": {"pk": asked.pk},
        "request token": {"token": link},
        "terms": {"pk": draft_terms.pk},
        "grant year": {"pk": northshire.pk, "code": line.grant_year.code},
        "invitation": {"pk": invitation.pk},
        "api key": {"pk": key.pk},
        "token": {"token": token},
        "nqsw token": {"token": letter.secret_link.rsplit("/", 1)[-1]},
        "role": {"pk": Membership.objects.get(user=scene.by_name["Grace Adeyemi"]).pk},
        "person": {"pk": scene.by_name["Grace Adeyemi"].pk},
        "mail": {"pk": Notice.objects.filter(user=amira).first().pk},
        "kept": {"pk": kept.pk},
        "move": {"pk": move.pk},
        "change": {"pk": regs["moving"].changes.get().pk},
        "draft": {"pk": draft.pk},
        "appeal": {"pk": appeal.pk},
        "record": {"pk": agreed.pk},
        **_concerns(regs["running"], now),
        "agreement": {"pk": Record.objects.get(registration=regs["running"], kind="agreement").pk},
        "editable": {"pk": editable.pk},
        "standard link": {"pk": agreed.pk, "link": _linked(agreed, now).pk},
        "line": {"pk": line.pk},
        "remittance": {"pk": line.batch_id, "employer": northshire.pk},
        "draft line": {"pk": Line.objects.filter(batch__state="submitted").first().pk},
        "paid batch": {"pk": batches.filter(state="approved").first().pk},
        "batch": {"pk": batches.filter(state="submitted").first().pk},
        "sampled line": {"pk": _drawn(batches.filter(handed_over_at__isnull=False).first())},
        **_recoveries(northshire, omar, now),
        "payee": {"pk": Payee.objects.get(employer=northshire).pk},
        "proposed payee": {"pk": proposed.pk},
        **three_under_one_number(scene.by_name, now),
        "round": {"pk": moderated.population.round_id},
        "item": {"pk": moderated.pk},
        "allocation": {"pk": reading.pk},
        "feedback": {"pk": Feedback.objects.filter(item__population__round__employer=northshire).first().pk},
        "code": {"code": code or "0000000000000000"},
        "invite to northshire": {"pk": northshire.pk},
        "open a round": {
            "employer_id": northshire.pk,
            "year_id": Round.objects.filter(employer=northshire).first().programme_year_id,
        },
    }


def _alike(known: NQSW, assessor: str) -> list[dict[str, str]]:
    """Rows of a file: two of one name, and one with the name of somebody who is registered there."""
    return [
        person(1, assessor=assessor),
        person(2, assessor=assessor, first_name="ZOE"),
        person(3, assessor=assessor, first_name=known.first_name, last_name=known.last_name),
    ]


def _concerns(running: Registration, now: datetime) -> dict[str, dict[str, int | str]]:
    """One that waits for support, and one whose support waits for its review."""
    by = assessor_of(running, TODAY)
    open_ = concern_factory.raised(running, by=by, now=now)
    planned = concern_factory.planned(running, by=by, now=now)
    return {"open concern": {"pk": open_.pk}, "supported concern": {"pk": planned.pk}}


def _drawn(batch: Batch) -> int:
    """A payment of a batch that is looked at closely."""
    return next(iter(sample(batch, batch.approved_at).drawn))


def _recoveries(northshire: Employer, omar: User, now: datetime) -> dict[str, dict[str, int | str]]:
    """A payment that nobody asks back, and one of which Omar proposes to ask back a part: its employer is paid in the
    batch that waits for approval."""
    paid = Line.objects.live().filter(responses__result="paid").order_by("id")
    free = paid.filter(employer=northshire).first()
    waiting = Line.objects.filter(batch__state="submitted", kind="payment")
    asked = paid.filter(employer__in=waiting.values("employer")).exclude(pk=free.pk).first()
    recovery = recoveries.propose(asked, 400_00, "They never came.", by=omar, now=now)
    return {"paid line": {"pk": free.pk}, "recovery": {"pk": recovery.pk}}


def _pair(one: Registration, other: Registration, now: datetime) -> Likeness:
    """Two people whose years have ended, taken for one."""
    older, newer = sorted((one.nqsw, other.nqsw), key=lambda each: each.pk)
    return Likeness.objects.create(one=older, other=newer, score=4, alike=["name", "birth"], found_at=now)


def _asked_by_the_nqsw(running: Registration, named: User, now: datetime) -> dict[str, dict[str, int | str]]:
    """A fact they ask to have corrected, an address they have to prove, and a wish that one person may read."""
    nqsw = running.nqsw
    request = own_facts.ask(running, "hours", {"fte_percent": 50}, "I work half.", by=nqsw.user, now=now)
    own.ask_for_address(nqsw, "somebody@home.example", by=nqsw.user, now=now)
    own.save_adjustments(nqsw, "yes", "A quiet room.", [named.pk], by=nqsw.user, now=now)
    letter = Notice.objects.get(kind="registrations.prove_address", to_email="somebody@home.example")
    token = letter.secret_link.rsplit("/", 1)[-1]
    return {"fact request": {"pk": request.pk}, "address token": {"token": token}}


def _asked(now: datetime) -> tuple[EmployerRequest, str]:
    """An organisation that asks to take part, and the link that its letter holds."""
    details = Details("Westport Families", EmployerKind.VOLUNTARY, Region.NORTH_WEST, None, "0300 123 4567")
    who = invitations.Person("fay@westport.example", "Fay", "Marsh")
    requests.ask(details, who, "Head of practice", now=now)
    link = Notice.objects.filter(kind="accounts.confirm_request").latest("id").secret_link.rsplit("/", 1)[-1]
    return requests.confirm(link, now=now), link


def _merger(scene: Scene, now: datetime) -> Merger:
    """A merger that Winston, who is a caseworker here too, proposed."""
    winston = scene.by_name["Winston Hale"]
    give_role(winston, CASEWORKER, starts_on=TODAY, by=scene.by_name["Adele Carter"], now=now)
    names = ("Brightpath Fostering", AT)
    employer, successor = (Employer.objects.get(name=name) for name in names)
    return mergers.propose(employer, successor, TODAY, "One of them.", by=winston, now=now)
