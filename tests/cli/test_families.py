"""``netsparse list``: every family, every entry, and entries from outside."""

from __future__ import annotations

import pytest

from netsparse.cli import main
from netsparse.cli.families import FAMILIES, family


def test_without_a_name_it_lists_the_families_and_their_entries(capsys):
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    for name in FAMILIES:
        assert name in shown
    for entry in ("ch3-l3", "collective-influence", "quantise", "fashion-mnist-6k", "paper"):
        assert entry in shown


@pytest.mark.parametrize("name", FAMILIES)
def test_every_entry_of_a_family_is_listed_with_what_it_does(name, capsys):
    assert main(["list", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(family(name))
    assert all(row.summary for row in family(name).table())


def test_a_rule_from_outside_is_listed(capsys, request):
    @family("removal").register("mine", needs={"gradients"}, source="here")
    def mine(layer, n, *, rng):
        """Remove what I want."""

    request.addfinalizer(lambda: family("removal").unregister("mine"))
    main(["list", "removal"])
    assert "\nmine\n    Remove what I want.\n    needs: gradients\n    here\n" in capsys.readouterr().out


def test_an_unknown_family_is_one_line_that_lists_the_known(capsys):
    assert main(["list", "regroth"]) == 2
    assert "unknown family 'regroth'; known: activation, attack" in capsys.readouterr().err
