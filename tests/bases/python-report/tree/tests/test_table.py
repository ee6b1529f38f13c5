from pathlib import Path

from report.table import render

EXPECTED = Path(__file__).parent / "data" / "expected.txt"


def test_table():
    assert render([("apples", 12), ("pears", 7)]) == EXPECTED.read_text()


def test_no_rows():
    assert render([]) == "\n"
