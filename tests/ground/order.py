"""With several processes the long tests begin first, so that all of them end at about the same time."""

import pytest

THE_LONGEST = "tests/journeys/test_the_whole_road.py"
LONG = (
    "tests/demo/",  # together: each process that comes to them copies the demo once
    "tests/journeys/",
    "tests/test_two_commands.py",
    "tests/registrations/test_accessible.py",
    "tests/assessments/test_accessible.py",
    "tests/moderation/test_browser.py",
    "tests/ui/test_gallery.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One process builds the demo while the next walks the whole road; then both have the rest of the demo to do."""
    if not hasattr(config, "workerinput"):
        return
    items.sort(key=_place)
    road = next((at for at, item in enumerate(items) if item.nodeid.startswith(THE_LONGEST)), None)
    if road is not None:
        items.insert(1, items.pop(road))


def _place(item: pytest.Item) -> int:
    return next((at for at, begins in enumerate(LONG) if item.nodeid.startswith(begins)), len(LONG))
