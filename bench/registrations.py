"""Many registrations from one file: checking and storing beside the plain ways, and how memory grows with the file."""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench._harness import figure, report, service

ROWS, PLAIN_ROWS, SINGLY, ROUNDS = 5_000, 200, 100, 4
FEW, MANY, MOST_MEGABYTES = 1_000, 50_000, 50.0
AT_LEAST = 1 / 10  # ten times as fast


def written(count: int, ending: str, folder: Path, first: int = 0) -> bytes:
    """A file of so many people, from person `first` on."""
    path = folder / f"{count}.{ending}"
    subprocess.run([sys.executable, "-m", "bench._people", str(count), ending, str(path), str(first)], check=True)
    return path.read_bytes()


def main() -> None:
    with service(), tempfile.TemporaryDirectory() as name:
        from django.db import transaction

        from tests import cast
        from tests.factories import registrations as make

        with transaction.atomic():
            people = cast.build()
        make.published_year(by=people.adele, second=people.zora, now=cast.NOW)
        folder = Path(name)
        memory(folder, "csv", people)
        memory(folder, "xlsx", people)
        storing(folder, people)
        checking(folder, people)


def memory(folder: Path, ending: str, people) -> None:
    from registrations.services import bulk
    from tests.cast import NOW

    peaks = []
    for count in (FEW, MANY):
        upload = bulk.send(
            people.northshire, written(count, ending, folder), name="x", ending=ending, unused=[],
            by=people.amira, now=NOW,
        ).upload  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "bench._memory", str(upload.pk)], stdout=subprocess.PIPE, text=True, check=True
        )
        peaks.append(float(done.stdout))
    report(f"memory to check {MANY:,} rows ({ending}), beyond {FEW:,}", peaks[1] - peaks[0], MOST_MEGABYTES, 1.0, "MB")


def checking(folder: Path, people) -> None:
    import tablib
    from django.db import transaction

    from bench._people import rows
    from bench._plain import PlainResource
    from registrations.bulk import checking
    from registrations.bulk.columns import HEADINGS
    from registrations.services import bulk
    from tests.cast import NOW, TODAY

    content = written(ROWS, "csv", folder, 200_000)
    cells = list(rows(PLAIN_ROWS, dict(HEADINGS), people.ben.email, 200_000))[1:]
    plain = tablib.Dataset(*([*row, ""] for row in cells), headers=[*HEADINGS, "id"])
    plain_resource = PlainResource(people.northshire, people.amira, TODAY)

    def ours() -> None:
        with transaction.atomic():
            upload = bulk.send(
                people.northshire, content, name="x", ending="csv", unused=[], by=people.amira, now=NOW
            ).upload
            checking.check(upload, NOW)
            assert upload.good == ROWS, upload.fault
            transaction.set_rollback(True)

    def reference() -> None:
        result = plain_resource.import_data(plain, dry_run=True, raise_errors=True)
        assert not result.has_errors(), result.row_errors()[0][1][0].error
        assert result.totals["new"] == PLAIN_ROWS, result.totals

    figure(
        f"check a row: file of {ROWS:,}, import-export's dry run",
        ours=ours, reference=reference, target=AT_LEAST, repeats=3, warm_ups=1, per=(ROWS, PLAIN_ROWS),
    )  # fmt: skip


def storing(folder: Path, people) -> None:
    """Every round has people of its own and keeps them, as in service: rows undone would slow down both."""
    from registrations.bulk import checking
    from registrations.bulk.checking import File
    from registrations.services import bulk, registering
    from tests.cast import NOW, TODAY

    def sent(count: int, first: int):
        content = written(count, "csv", folder, first)
        upload = bulk.send(
            people.northshire, content, name="x", ending="csv", unused=[], by=people.amira, now=NOW
        ).upload
        checking.check(upload, NOW)
        assert upload.good == count, upload.fault
        return upload

    files = iter([sent(ROWS, number * ROWS) for number in range(ROUNDS)])
    singles = iter([list(File.of(sent(SINGLY, 100_000 + each * SINGLY), TODAY).rows()) for each in range(ROUNDS)])

    def ours() -> None:
        upload = next(files)
        file = File.of(upload, TODAY)
        done = bulk.register_many(
            upload, list(file.rows()), file.headings, only_good=False, seen_digest=upload.digest,
            by=people.amira, now=NOW,
        )  # fmt: skip
        assert done.registered == ROWS

    def reference() -> None:
        for row in next(singles):
            registering.register(people.northshire, row.answers, by=people.amira, now=NOW)

    figure(
        f"register a row: file of {ROWS:,}, one call for each",
        ours=ours, reference=reference, target=AT_LEAST, repeats=ROUNDS - 1, warm_ups=1, per=(ROWS, SINGLY),
    )  # fmt: skip


if __name__ == "__main__":
    main()
