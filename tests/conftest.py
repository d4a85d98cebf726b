"""The ground under every test; each plugin says what it gives."""

pytest_plugins = [
    "tests.ground.rows",
    "tests.ground.built_once",
    "tests.ground.database",
    "tests.ground.templates",
    "tests.ground.pages",
    "tests.ground.stack",
    "tests.cast",
    "tests.ground.browser",
    "tests.ground.order",
]
