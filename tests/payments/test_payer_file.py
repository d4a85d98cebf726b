"""The file that goes to the payer: its version, its control totals, its safety in a spreadsheet, and nobody's name."""

import pytest

from accounts.models import Employer
from registrations.models import NQSW, Registration
from tests.cast import NOW, Cast
from tests.factories import payments as make

pytestmark = pytest.mark.django_db


def test_it_is_versioned_counted_safe_and_names_nobody(cast: Cast) -> None:
    make.setting(cast, now=NOW)
    Employer.objects.filter(pk=cast.northshire.pk).update(name='=SUM(1,"2")')
    Employer.objects.filter(pk=cast.southmouth.pk).update(name="@Southmouth & “Sons”")
    make.registered(cast, now=NOW)
    make.registered(cast, now=NOW, number=1, at="southmouth")
    batch = make.released(cast, now=NOW)
    one, two = batch.lines.order_by("reference")
    shown = {cast.northshire.pk: '"\'=SUM(1,""2"")"', cast.southmouth.pk: "'@Southmouth & “Sons”"}
    rows = [
        f"1,{batch.reference},{line.reference},{line.payee.vendor_number},{shown[line.employer_id]},registration,"
        "2026-27,1000.00"
        for line in (one, two)
    ]
    head = "file_version,batch,line,vendor_number,employer,milestone,financial_year,amount"
    written = "\r\n".join([head, *rows, f"control,{batch.reference},2,,,,,2000.00", ""])
    assert bytes(batch.file.content) == written.encode("utf-8")
    assert (batch.file.line_count, batch.file.sum_pence) == (2, 200_000)
    people = [value for row in NQSW.objects.values_list("first_name", "last_name", "swe_number") for value in row]
    of_the_year = [value for row in Registration.objects.values_list("reference", "nqsw__email") for value in row]
    assert [value for value in (*people, *of_the_year) if value and value in written] == []
