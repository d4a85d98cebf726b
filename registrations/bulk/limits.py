"""How much of a file is read before it is refused."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """`rows` counts those that are not blank, `records` all of them; `unpacked` is bytes out of a workbook's archive,
    of which `strings` may be kept at once; `token` is the longest piece of XML that means nothing yet."""

    bytes: int = 5_000_000
    rows: int = 5_000
    columns: int = 60
    cell: int = 1_000
    unpacked: int = 100_000_000
    strings: int = 20_000_000
    token: int = 1_000_000
    depth: int = 40
    parts: int = 2_000
    records: int = 1_048_576


EMPLOYERS: Final = Limits()
TAKE_OVER: Final = Limits(bytes=25_000_000, rows=100_000, unpacked=400_000_000, strings=100_000_000)
