"""With several processes the long tests begin first, so that all of them end at about the same time."""

import gc

import pytest

gc.disable()  # while tests are collected nothing is thrown away

MEANWHILE = (
    "tests/journeys/test_the_whole_road.py",
    "tests/test_two_commands.py::test_make_run_survives_what_is_done_to_it",
)
LONG = (
    "tests/demo/",  # together: each process that comes to them copies the demo once
    "tests/journeys/",
    "tests/test_two_commands.py",
    "tests/registrations/test_accessible.py",
    "tests/assessments/test_accessible.py",
    "tests/moderation/test_browser.py",
    "tests/ui/test_gallery.py",
)


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays to the end
    gc.enable()
    gc.set_threshold(50_000, 20, 100)  # a process of tests has memory to spare and no time


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One process builds the demo while the others do what takes as long; then all have the rest of the demo to do."""
    if not hasattr(config, "workerinput"):
        return
    items.sort(key=_place)
    for place, begins in enumerate(MEANWHILE, 1):
        found = next((at for at, item in enumerate(items) if item.nodeid.startswith(begins)), None)
        if found is not None:
            items.insert(place, items.pop(found))


def _place(item: pytest.Item) -> int:
    return next((at for at, begins in enumerate(LONG) if item.nodeid.startswith(begins)), len(LONG))
