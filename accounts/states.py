"""Kinds of employer and the nine regions of England."""

from django.db.models import TextChoices


class EmployerKind(TextChoices):
    """What sort of organisation employs the NQSW (domain 4.1)."""

    LOCAL_AUTHORITY = "local_authority", "Local authority"
    CHILDRENS_TRUST = "childrens_trust", "Children's trust"
    NHS = "nhs", "NHS"
    SCHOOL = "school", "School or academy"
    PRIVATE = "private", "Private"
    VOLUNTARY = "voluntary", "Voluntary or charity"
    INDEPENDENT = "independent", "Independent (for example fostering agency)"
    CAFCASS = "cafcass", "Cafcass"
    AGENCY = "agency", "Agency"
    OTHER = "other", "Other"


class Region(TextChoices):
    """The regions of England by their statistical code."""

    NORTH_EAST = "E12000001", "North East"
    NORTH_WEST = "E12000002", "North West"
    YORKSHIRE = "E12000003", "Yorkshire and The Humber"
    EAST_MIDLANDS = "E12000004", "East Midlands"
    WEST_MIDLANDS = "E12000005", "West Midlands"
    EAST = "E12000006", "East of England"
    LONDON = "E12000007", "London"
    SOUTH_EAST = "E12000008", "South East"
    SOUTH_WEST = "E12000009", "South West"
