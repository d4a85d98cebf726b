"""Unusual equality answers that are planted with everybody, so that a walk can look for them in what it is shown."""

from django.http import HttpResponse

from registrations.models import NQSW, EqualityAnswers
from tests.demo.scene import NOW

MARK = "Zzyzx-quietist"
ANSWERS = {
    "sex": "female",
    "gender_same": "no",
    "gender_words": MARK,
    "ethnic_group": "other",
    "ethnic_detail_other": "other_other",
    "ethnic_words_other": MARK,
    "religion": "other",
    "religion_words": MARK,
    "orientation": "other",
    "orientation_words": MARK,
}
THEIR_OWN = {"my_equality", "my_data"}  # the pages that show an NQSW their own answers


def plant() -> None:
    """Everybody in the service has given unusual answers."""
    EqualityAnswers.objects.all().delete()
    people = NQSW.objects.all()
    EqualityAnswers.objects.bulk_create(EqualityAnswers(nqsw=each, answers=ANSWERS, answered_at=NOW) for each in people)


def shown_in(response: HttpResponse) -> bool:
    """Whether a planted answer stands in a page, a file or a header."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return MARK.encode() in content or MARK in str(response.headers)
