"""Acts on records from before this service."""

from accounts.models import User
from asye.clock import london_date
from payments.earlier import checking
from payments.services.earlier import take_over
from registrations.models import EarlierFile
from registrations.services import earlier
from registrations.states import EarlierKind, EarlierSource
from tests.demo.acts.act import Act
from tests.demo.scene import AT, NOW, Scene
from tests.payments.earlier.sheets import PAYMENTS, PEOPLE, csv, payment, person

CASEWORKER = "caseworker"


def send(by: User, kind: EarlierKind, *rows: dict[str, str]) -> EarlierFile:
    content = csv(kind, rows)
    source = EarlierSource.PORTAL
    return earlier.send(kind, source, content, name="old.csv", ending="csv", unused=[], by=by, now=NOW).file


def send_people(scene: Scene, by: User) -> EarlierFile:
    return send(by, PEOPLE, person(7, employer=AT, registered_on="2026-05-01"))


def people(scene: Scene) -> None:
    send_people(scene, scene.by_name["Erin Maddox"])
    checking.check_pending(NOW)


def payments(scene: Scene) -> None:
    people(scene)
    take(scene, scene.by_name["Erin Maddox"])
    send(scene.by_name["Omar Haddad"], PAYMENTS, payment(7))
    checking.check_pending(NOW)


def file() -> EarlierFile:
    return EarlierFile.objects.latest("id")


def take(scene: Scene, by: User) -> EarlierFile:
    found = file()
    sheet = checking.opened(found, london_date(NOW))
    rows = list(sheet.entries())
    return take_over(found, rows, sheet.headings, only_good=False, seen_digest=found.digest, by=by, now=NOW)


ACTS: dict[str, Act] = {
    "registrations.services.earlier.send": Act(CASEWORKER, send_people),
    "registrations.services.earlier.send (past payments)": Act(
        "payments officer", lambda scene, by: send(by, PAYMENTS, payment(7))
    ),
    "registrations.services.earlier.check_again": Act(
        CASEWORKER, lambda scene, by: earlier.check_again(file(), by=by, now=NOW), prepare=people
    ),
    "registrations.services.earlier.delete": Act(
        CASEWORKER, lambda scene, by: earlier.delete(file(), by=by, now=NOW), prepare=people
    ),
    "payments.services.earlier.take_over": Act(CASEWORKER, take, prepare=people),
    "payments.services.earlier.take_over (past payments)": Act("payments approver", take, prepare=payments),
}
