"""Who may not judge whose year: asked of the same database functions that the triggers use (migration 0002), so that
page, service and database cannot disagree."""

from django.db.models import BooleanField, Func


class TookPart(Func):
    """TookPart(human id, registration id): it is their own year, they assess or ever assessed it, they signed one of
    its records, or a conflict was declared, under whichever account. They may neither resolve nor confirm it."""

    function = "moderation_took_part"
    output_field = BooleanField()


class Conflicted(Func):
    """Conflicted(human id, registration id): they took part or have a declared conflict, as above, or wrote a revision
    of one of its records. They may not read it."""

    function = "moderation_conflicted"
    output_field = BooleanField()
