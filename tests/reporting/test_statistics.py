"""What is counted where, and how the tables come out under the disclosure rule."""

from datetime import UTC, datetime

import pytest

from reporting.presenters import statistics as presenter
from reporting.statistics import FAILS, HEADER, IN_PROGRESS, PASSES, WITHDRAWN, Group, Row, tables

AS_AT = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)


def group(count, measure=IN_PROGRESS, *, year="2026-27", kind="local_authority", region="E12000007", sex="female",
          ethnic_group="white"):  # fmt: skip
    return Group(year, kind, region, sex, ethnic_group, measure, count)


def example():
    """Two cohorts, two regions; 400 people in all."""
    return [
        group(120, PASSES, year="2024-25"),
        group(4, FAILS, year="2024-25", ethnic_group="asian"),
        group(13, WITHDRAWN, year="2024-25", sex="male"),
        group(11, WITHDRAWN, region="E12000002"),
        group(100, region="E12000002", ethnic_group="black"),
        group(80, sex="", ethnic_group=""),
        group(40, sex="male"),
        group(20, sex="prefer_not_to_say", ethnic_group="prefer_not_to_say"),
        group(12, sex=None, ethnic_group=None),
    ]


def rows_of(title, groups=None):
    counted = tables(example() if groups is None else groups, as_at=AS_AT)
    (table,) = (table for table in counted.tables if table.title == title)
    return {row.name: row for row in table.rows}


def test_the_tables_of_the_release():
    counted = tables(example(), as_at=AS_AT)
    assert counted.as_at == AS_AT
    assert [(table.title, table.group, table.is_equality) for table in counted.tables] == [
        ("By cohort", "Cohort", False),
        ("By kind of employer", "Kind of employer", False),
        ("By region", "Region", False),
        ("By sex", "Sex", True),
        ("By ethnic group", "Ethnic group", True),
    ]
    assert HEADER == ("Registrations", "Share (%)", "Passes", "Fails", "Withdrawn", "In progress")


def test_by_cohort_counts_every_year_from_the_first_to_the_last():
    rows = rows_of("By cohort")
    assert list(rows) == ["2024-25 (cohort 13)", "2025-26 (cohort 14)", "2026-27 (cohort 15)", "All"]
    assert rows["All"] == Row("All", 400, 100, (120, None, None, 250))  # 120, 4, 24 hidden beside the 4, 252
    assert rows["2025-26 (cohort 14)"] == Row("2025-26 (cohort 14)", None, None, (None, None, None, None))


def test_every_kind_and_region_has_its_row_and_so_has_not_known():
    assert list(rows_of("By kind of employer"))[:2] == ["Local authority", "Children's trust"]
    assert list(rows_of("By kind of employer"))[-2:] == ["Not known", "All"]
    assert list(rows_of("By region")) == [
        "North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England",
        "London", "South East", "South West", "Not known", "All",
    ]  # fmt: skip


def test_people_who_did_not_say_and_who_are_not_known_have_rows_of_their_own():
    sexes = rows_of("By sex")
    assert list(sexes) == ["Female", "Male", "Prefer not to say", "Not known", "All"]
    assert sexes["Not known"].registrations == 90  # 80 who left it empty and 12 without a row: 92
    assert sexes["Prefer not to say"].registrations == 20
    assert sexes["Male"].registrations == 55  # 53
    groups = rows_of("By ethnic group")
    assert list(groups) == ["White", "Minoritised ethnic groups", "Prefer not to say", "Not known", "All"]
    assert groups["Minoritised ethnic groups"].registrations == 105  # 104: black and asian
    assert groups["White"].registrations == 185  # 120 + 13 + 11 + 40 = 184


def test_a_share_is_of_the_rounded_figures():
    assert rows_of("By ethnic group")["Minoritised ethnic groups"].share == 26  # 105 of 400
    few = [group(21), group(21, region="E12000002")]
    assert rows_of("By region", few)["London"].share == 50  # of 42, shown as 40
    assert rows_of("By cohort", [group(22)])["All"].share is None


def test_nothing_under_ten_is_shown_anywhere():
    for table in tables(example(), as_at=AS_AT).tables:
        for row in table.rows:
            counts = (row.registrations, *row.measures)
            assert all(figure is None or (figure >= 10 and figure % 5 == 0) for figure in counts)


def test_nobody_registered_gives_no_tables():
    assert tables([], as_at=AS_AT).tables == ()


def test_an_answer_without_a_row_is_not_dropped():
    with pytest.raises(ValueError, match="By sex: no row for unheard_of"):
        tables([group(20, sex="unheard_of")], as_at=AS_AT)


def test_the_file_line_by_line():
    content = presenter.csv_file(tables(example(), as_at=AS_AT), with_equality=True)
    assert content.startswith(b'\xef\xbb\xbf"Registrations and outcomes')
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == '"Registrations and outcomes, ASYE child and family"'
    assert lines[1] == "As at,14 September 2026 at 11am"
    assert lines[2].startswith('Rule,"Counts under 10 are hidden, shown as c, and all others are rounded')
    assert lines[4] == "Measure,Definition"
    assert lines[7] == '''Passes,"Registrations whose confirmed outcome, as it stands, is a pass."'''
    start = lines.index("Table,Group,Registrations,Share (%),Passes,Fails,Withdrawn,In progress")
    assert lines[start + 1 : start + 5] == [
        "By cohort,2024-25 (cohort 13),c,c,120,c,15,c",
        "By cohort,2025-26 (cohort 14),c,c,c,c,c,c",
        "By cohort,2026-27 (cohort 15),265,66,c,c,10,250",
        "By cohort,All,400,100,120,c,c,250",
    ]
    assert lines[-1] == ""
    assert lines[-2] == "By ethnic group,All,400,100,120,c,c,250"


def test_the_file_without_equality_tables():
    content = presenter.csv_file(tables(example(), as_at=AS_AT), with_equality=False).decode("utf-8-sig")
    assert "By region,London," in content
    assert "By sex" not in content
    assert "By ethnic group" not in content


def test_leaving_tables_out_does_not_change_the_others():
    counted = tables(example(), as_at=AS_AT)
    both = presenter.chosen(counted, with_equality=True)
    assert presenter.chosen(counted, with_equality=False) == both[:3]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_can_begin_a_formula(start):
    assert presenter._safe([f"{start}1+1", "1"]) == [f"'{start}1+1", "1"]
