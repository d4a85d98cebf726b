"""Acts on a file with many registrations of Northshire's."""

from accounts.models import Employer, User
from asye.clock import london_date
from registrations.bulk import checking
from registrations.bulk.checking import File
from registrations.models import BulkUpload
from registrations.services import bulk
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, Scene
from tests.registrations.bulk.people import csv, person


def send(scene: Scene, by: User) -> BulkUpload:
    rows = csv([person(2, assessor=scene.by_name["Sally Thornton"].email)])
    northshire = Employer.objects.get(pk=scene.ids["northshire"]["pk"])
    return bulk.send(northshire, rows, name="people.csv", ending="csv", unused=[], by=by, now=NOW).upload


def checked(scene: Scene) -> None:
    send(scene, scene.by_name["Amira Rahman"])
    checking.check_pending(NOW)


def upload() -> BulkUpload:
    return BulkUpload.objects.latest("id")


def register(scene: Scene, by: User) -> BulkUpload:
    found = upload()
    file = File.of(found, london_date(NOW))
    return bulk.register_many(
        found, list(file.rows()), file.headings, only_good=False, seen_digest=found.digest, by=by, now=NOW
    )


ACTS: dict[str, Act] = {
    "registrations.services.bulk.send": Act("coordinator", send),
    "registrations.services.bulk.register_many": Act("coordinator", register, prepare=checked),
    "registrations.services.bulk.check_again": Act(
        "coordinator", lambda scene, by: bulk.check_again(upload(), by=by, now=NOW), prepare=checked
    ),
    "registrations.services.bulk.delete": Act(
        "coordinator", lambda scene, by: bulk.delete(upload(), by=by, now=NOW), prepare=checked
    ),
}
