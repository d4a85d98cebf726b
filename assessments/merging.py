"""How an answer that is saved meets what stands there by now: field by field, and nothing is overwritten unseen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.unfinished import same

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Met:
    """What a draft holds after a save. `both` gives, by key, what stands and what met it; `aside` the texts that would
    be nowhere else; `news` the keys whose answer is another than the page shows, because somebody else changed it."""

    content: dict[str, Any]
    both: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    aside: list[tuple[str, Any]] = field(default_factory=list)
    news: set[str] = field(default_factory=set)


def meet(
    mine: Content, *, seen: Content, draft: Content, begun: Content, current: Content, elsewhere: Collection[str]
) -> Met:
    """`mine` is what a page sends that showed the record as in `seen`; `draft` what its writer had kept, laid over the
    record as in `begun`; `current` what the record says now. `elsewhere` are the answers that another page of the same
    person has changed since this one was shown.
    """
    met = Met(content={})
    for key in {**draft, **mine}:
        sent = key in mine
        value, base = (mine[key], seen.get(key)) if sent else (draft[key], begun.get(key))
        now, kept = current.get(key), draft.get(key, current.get(key))
        if sent and key in elsewhere and not same(value, kept):
            if not same(kept, now):
                met.content[key] = kept
            if same(value, base):
                met.news.add(key)
            else:
                met.both[key] = (kept, value)
                met.aside.extend([(key, kept), (key, value)])
        elif same(value, now):
            continue
        elif same(value, base):
            met.news.add(key)
        elif same(now, base):
            met.content[key] = value
        else:
            met.both[key] = (now, value)
            met.aside.append((key, value))
    for key in {*seen, *current, *elsewhere} - mine.keys():
        changed = key not in met.content and not same(seen.get(key), current.get(key))
        if key in elsewhere or changed:
            met.news.add(key)
    met.news.difference_update(met.both)
    return met
