"""`make bench` with figures made up for the test: what it prints, and that a broken benchmark hides no other."""

import json
import subprocess
from pathlib import Path

import pytest

from bench import __main__ as bench

FAST = {"what": "one page", "ours": 12.5, "reference": 10.0, "ratio": 1.25, "target": 2.0, "met": True}
SLOW = {"what": "one list", "ours": 30.0, "reference": 10.0, "ratio": 3.0, "target": 2.0, "met": False}


def _fake(folder: Path, name: str, *figures: dict[str, object], then: str = "") -> None:
    lines = [f"print({json.dumps(figure)!r})" for figure in figures]
    (folder / f"{name}.py").write_text("\n".join(["print('a note that is no figure')", *lines, then, ""]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of benchmarks, in the place of the real one."""
    made = tmp_path / "bench"
    made.mkdir()
    (made / "__init__.py").touch()
    (made / "_harness.py").write_text("raise SystemExit('no benchmark')\n")
    monkeypatch.setattr(bench, "FOLDER", made)
    return made


def _cells(line: str) -> list[str]:
    return [line[:58].strip(), *line[58:].replace(" ms", "ms").split(maxsplit=4)]


def test_one_row_for_each_figure_and_the_sum(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fake(folder, "one", FAST)
    _fake(folder, "two", SLOW, FAST)
    assert bench.main([]) == 0
    head, *rows, total = capsys.readouterr().out.splitlines()
    assert _cells(head) == ["what", "ours", "reference", "ratio", "target", "met"]
    fast = ["one page", "12.50ms", "10.00ms", "1.25", "2.00", "met"]
    slow = ["one list", "30.00ms", "10.00ms", "3.00", "2.00", "NOT MET"]
    assert [_cells(row) for row in rows] == [fast, slow, fast]
    assert total == "bench: 2 of 3 targets met"


def test_what_is_not_time_has_its_own_unit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fake(folder, "one", {**FAST, "unit": "MB"})
    assert bench.main([]) == 0
    assert "12.50 MB    10.00 MB" in capsys.readouterr().out


def test_only_the_chosen_are_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fake(folder, "one", FAST)
    _fake(folder, "two", SLOW)
    assert bench.main(["two"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "bench: 0 of 1 targets met"


def test_a_broken_file_is_named_and_the_others_still_count(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _fake(folder, "broken", SLOW, then="raise ValueError('no such table')")
    _fake(folder, "fine", FAST)
    assert bench.main([]) == 1
    out, err = capfd.readouterr()
    assert [line.split("  ")[0] for line in out.splitlines()[1:]] == [
        "one page",
        "broken: broken",
        "bench: 1 of 1 targets met",
    ]
    assert "no such table" in err


def test_a_broken_file_is_run_as_a_module_of_the_folder(folder: Path) -> None:
    _fake(folder, "broken", then="raise SystemExit(3)")
    with pytest.raises(subprocess.CalledProcessError) as broken:
        bench.figures(folder / "broken.py")
    assert broken.value.returncode == 3
