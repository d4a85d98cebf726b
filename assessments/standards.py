"""The standards practice is assessed against (domain 7.1), with short titles of our own wording."""

from typing import Final

Standards = tuple[tuple[str, str], ...]

PQS: Final[Standards] = (
    ("pqs-1", "Relationships and direct work"),
    ("pqs-2", "Communication"),
    ("pqs-3", "Child development"),
    ("pqs-4", "Adult difficulties and their effect on children"),
    ("pqs-5", "Abuse and neglect of children"),
    ("pqs-6", "Child and family assessment"),
    ("pqs-7", "Analysis, decisions, planning and review"),
    ("pqs-8", "The law and the justice systems"),
    ("pqs-9", "The role of supervision"),
    ("pqs-10", "Organisational context"),
)
PCF: Final[Standards] = (
    ("pcf-1", "Professionalism"),
    ("pcf-2", "Values and ethics"),
    ("pcf-3", "Diversity and equality"),
    ("pcf-4", "Rights, justice and economic wellbeing"),
    ("pcf-5", "Knowledge"),
    ("pcf-6", "Critical reflection and analysis"),
    ("pcf-7", "Skills and interventions"),
    ("pcf-8", "Contexts and organisations"),
    ("pcf-9", "Professional leadership"),
)
SETS: Final[dict[str, Standards]] = {"pqs": PQS, "pcf": PCF, "pqs_pcf": (*PQS, *PCF)}
TITLES: Final = dict((*PQS, *PCF))


def name_of(code: str) -> str:
    """How a standard is called on a page: "PQS 7: Analysis, decisions, planning and review"."""
    family, _, number = code.partition("-")
    return f"{family.upper()} {number}: {TITLES[code]}" if code in TITLES else code
