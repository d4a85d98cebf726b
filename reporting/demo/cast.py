"""Who appears in the demo. Every name, number and organisation is invented."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from accounts import roles
from accounts.states import EmployerKind, Region

PASSWORD: Final = "demo-only-not-secret"  # noqa: S105  (shown on the screen of every demo)


@dataclass(frozen=True)
class DemoEmployer:
    """An employer with its people, written "First Last"; `size` is how many NQSWs it has in the demo."""

    key: str
    name: str
    kind: EmployerKind
    region: Region
    vendor: str
    coordinator: str
    senior_lead: str
    moderators: tuple[str, ...]
    assessors: tuple[str, ...]


EMPLOYERS: Final = (
    DemoEmployer(
        "northshire",
        "Northshire County Council",
        EmployerKind.LOCAL_AUTHORITY,
        Region.NORTH_WEST,
        "V100234",
        "Amira Rahman",
        "Lena Whitfield",
        ("Dev Malhotra", "Joan Birch"),
        ("Ben Okafor", "Sally Thornton", "Imran Sheikh", "Grace Adeyemi"),
    ),
    DemoEmployer(
        "southmouth",
        "Southmouth City Council",
        EmployerKind.LOCAL_AUTHORITY,
        Region.SOUTH_EAST,
        "V100871",
        "Cora Jennings",
        "Patrick Doyle",
        ("Hannah Reeve",),
        ("Mark Ellison", "Yemi Balogun", "Rosa Delgado"),
    ),
    DemoEmployer(
        "eastvale",
        "Eastvale Borough Council",
        EmployerKind.LOCAL_AUTHORITY,
        Region.LONDON,
        "V101442",
        "Tom Ashdown",
        "Farah Siddiqui",
        ("Colin Marsh",),
        ("Beth Carver", "Samuel Osei"),
    ),
    DemoEmployer(
        "calder",
        "Calder Valley Children's Trust",
        EmployerKind.CHILDRENS_TRUST,
        Region.YORKSHIRE,
        "V102019",
        "Ruth Holroyd",
        "Neil Sutcliffe",
        ("Anita Desai",),
        ("Peter Lumb", "Maya Joseph"),
    ),
    DemoEmployer(
        "harbour",
        "Harbour NHS Foundation Trust",
        EmployerKind.NHS,
        Region.SOUTH_WEST,
        "V103377",
        "Gill Trelawney",
        "Sanjay Patel",
        ("Ivy Penrose",),
        ("Kate Rowe",),
    ),
    DemoEmployer(
        "brightpath",
        "Brightpath Fostering",
        EmployerKind.INDEPENDENT,
        Region.WEST_MIDLANDS,
        "",
        "Lewis Grant",
        "Olu Martins",
        ("Jo Farmer",),
        ("Dee Collins",),
    ),
    DemoEmployer(
        "opendoor",
        "Open Door Families",
        EmployerKind.VOLUNTARY,
        Region.NORTH_EAST,
        "V104506",
        "Mina Kaur",
        "Alan Robson",
        ("Tess Nixon",),
        ("Vera Lowe",),
    ),
    DemoEmployer(
        "wulfstan",
        "St Wulfstan Academies",
        EmployerKind.SCHOOL,
        Region.EAST_MIDLANDS,
        "V105113",
        "Nina Frost",
        "Hugh Barker",
        ("Lara Quinn",),
        ("Oscar Bell",),
    ),
)

DFE: Final = (
    ("Adele Carter", roles.ADMINISTRATOR),
    ("Winston Hale", roles.ADMINISTRATOR),
    ("Erin Maddox", roles.CASEWORKER),
    ("Omar Haddad", roles.PAYMENTS_OFFICER),
    ("Priya Nair", roles.PAYMENTS_APPROVER),
    ("Ana Lindqvist", roles.ANALYST),
    ("Udo Brandt", roles.AUDITOR),
)


# Invented authorities for the invented councils: no real council appears in the demo.
AUTHORITIES: Final = {
    "northshire": ("991", "Northshire", "E99000001"),
    "southmouth": ("992", "Southmouth", "E99000002"),
    "eastvale": ("993", "Eastvale", "E99000003"),
}


def email_of(name: str, domain: str) -> str:
    """The e-mail address of somebody in the demo."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{re.sub('[^a-z]+', '.', plain)}@{domain}.example"
