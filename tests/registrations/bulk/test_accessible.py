"""The pages of a file in every state, wide and narrow: WCAG 2.2 AA, nothing wider than the screen."""

import pytest

from registrations.services import bulk
from tests.cast import NOW, Cast
from tests.ground.browser import Look
from tests.registrations.bulk.people import checked, confirmed, csv, person, sent

pytestmark = pytest.mark.usefixtures("year")


def test_the_pages_of_a_file(looked_at: Look, cast: Cast):
    looked_at(cast.amira, "registration_files")
    looked_at(cast.amira, "registration_files", press="Send and check")
    waiting = sent(cast.northshire, csv([person(1), person(2, email="", asye_start="31/02/2026")]), by=cast.amira)
    looked_at(cast.amira, "registration_file", waiting.pk)
    bulk.begin_check(waiting, 2, now=NOW)
    bulk.keep_findings(waiting, [], 1, now=NOW)
    looked_at(cast.amira, "registration_file", waiting.pk)
    found = checked(cast.northshire, csv([person(1), person(2, email="", asye_start="31/02/2026")]), by=cast.amira)
    assert found == waiting
    looked_at(cast.amira, "registration_file", found.pk)
    looked_at(cast.amira, "registration_file_rows", found.pk)
    looked_at(cast.amira, "registration_file_delete", found.pk)
    confirmed(found, by=cast.amira)
    looked_at(cast.amira, "registration_file", found.pk)
    looked_at(cast.amira, "registration_files")
    alike = checked(cast.northshire, csv([person(3), person(4, first_name="ZOE3")]), by=cast.amira)
    looked_at(cast.amira, "registration_file", alike.pk, press="Register 2 NQSWs")
    broken = checked(cast.northshire, csv([person(4)]) + b'"x', by=cast.amira)
    looked_at(cast.amira, "registration_file", broken.pk)
    bulk.delete(broken, by=cast.amira, now=NOW)
    looked_at(cast.amira, "registration_file", broken.pk)
