"""docs/protocols/acme-edge-cases.md names tests that exist."""

import ast
import re

import pytest

from support.server import ROOT

PAGE = ROOT / "docs/protocols/acme-edge-cases.md"
NAMED = re.findall(r"`(\w+/\w+\.py)::(\w+)`", PAGE.read_text())


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_the_tests_that_the_page_names_are_there(file):
    tree = ast.parse((ROOT / "tests" / file).read_text())
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {test for named, test in NAMED if named == file} <= there


def test_every_case_has_its_test():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    cases = [line for line in rows if not line.startswith("| Case")]
    assert len(cases) == len(NAMED) > 50
