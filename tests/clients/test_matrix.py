"""docs/protocols/acme-clients.md tells the truth: each cell is a test, or a reason that still holds."""

import subprocess

import pytest

from support import matrix
from support.lacks import LACKS


def test_every_cell_is_a_test_or_a_reason_and_never_both():
    cells = set(matrix.marked("cell"))
    everything = {(client.name, feature) for client in matrix.CLIENTS for feature in matrix.FEATURES}
    assert cells | set(LACKS) == everything
    assert not cells & set(LACKS)


def test_a_reason_has_one_proof():
    shown = set(matrix.marked("lack"))
    assert shown == {key for key, lack in LACKS.items() if lack.holds is None}


def test_the_page_is_what_the_tests_say():
    assert matrix.PAGE.read_text() == matrix.page(), "make it anew: cd tests && python -m support.matrix"


@pytest.mark.parametrize("client", matrix.CLIENTS, ids=lambda client: client.name)
def test_the_versions_are_the_tables_or_newer(client):
    installed = client.installed()
    done = subprocess.run(["dpkg", "--compare-versions", installed, "ge", client.version])
    assert done.returncode == 0, installed


@pytest.mark.parametrize("key", [key for key in LACKS if LACKS[key].holds], ids=": ".join)
def test_a_client_still_lacks_what_the_table_says(key):
    assert LACKS[key].holds(), (
        f"{key[0]} seems to know {key[1]} now: write its test, and take the reason away"
    )


def test_no_proof_is_skipped():
    for file in matrix.TESTS.glob("test_*.py"):
        assert "pytest." + "skip" not in file.read_text() and "mark." + "skip" not in file.read_text(), file
