"""Every component gives the HTML the design system publishes for it."""

import pytest

from asye.ui.environment import render
from tests.ui.dom import fixtures, tree, trusted


def test_every_published_fixture_is_here():
    assert len(fixtures()) == 657
    assert len({component for component, *_ in fixtures()}) == 37


@pytest.mark.parametrize(
    ("component", "options", "published"),
    [pytest.param(c, o, h, id=f"{c}: {n}") for c, n, o, h in fixtures()],
)
def test_component_gives_the_published_html(component, options, published):
    assert tree(render(component, trusted(options))) == tree(published)
