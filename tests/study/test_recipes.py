"""Recipes by name, and rules of the user's own."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from netsparse.errors import NetsparseError
from netsparse.generate import erdos_renyi
from netsparse.rewire import REGROWTH, Mixture
from netsparse.study import known_recipes, named_recipe
from netsparse.train import Settings

OWN = "tests.study.rules:own"


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """Rules that a test registers are forgotten."""
    before = dict(REGROWTH)
    yield
    for name in set(REGROWTH) - set(before):
        REGROWTH.unregister(name)


def test_every_known_recipe_is_a_set_of_settings():
    assert {"rlr", "ch3-l3", "ra-l3", "l3", "static", "gradient"} <= set(known_recipes())
    for name in known_recipes():
        Settings(**named_recipe(name).settings)


def test_the_former_name_of_static_goes_on_with_a_warning():
    with pytest.warns(DeprecationWarning, match="recipe 'none' is now called 'static'"):
        assert named_recipe("none") == named_recipe("static")


def test_a_rule_of_ones_own_is_registered_and_grows_links():
    recipe = named_recipe(OWN)
    assert recipe.settings == {"regrowth": OWN}
    assert Settings(**recipe.settings).recipe.regrowth == Mixture.of(OWN)
    layer = erdos_renyi((8, 6, 2), 0.4, rng=0).layers[0]
    for grown, expected in zip(
        REGROWTH[OWN](layer, 5, rng=np.random.default_rng(0)),
        REGROWTH["random"](layer, 5, rng=np.random.default_rng(0)),
        strict=True,
    ):
        np.testing.assert_array_equal(grown, expected)


def test_a_rule_is_imported_from_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    (tmp_path / "rule_beside.py").write_text("def grow(layer, n, *, rng): ...\n")
    assert named_recipe("rule_beside:grow").source
    del sys.modules["rule_beside"]


def test_another_text_of_the_module_is_another_recipe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sources = []
    for text in ("def grow(layer, n, *, rng): ...\n", "def grow(layer, n, *, rng): return None\n"):
        (tmp_path / "changing_rule.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        sources.append(named_recipe("changing_rule:grow").source)
        del sys.modules["changing_rule"]
    assert len(set(sources)) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rigl", "unknown recipe 'rigl'; known: ch1-l3"),
        ("nowhere:rule", "cannot import nowhere: No module named 'nowhere'"),
        ("tests.study.rules:nothing", "has no function 'nothing'"),
        ("tests.study.rules:NO_RULE", "has no function 'NO_RULE'"),
        (":rule", "package.module:function"),
        ("tests.study.rules:", "package.module:function"),
    ],
)
def test_what_is_no_recipe_is_refused(name, words):
    with pytest.raises(ValueError, match=words):
        named_recipe(name)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("short", "asked for 5 links, got 4 rows and 4 columns"),
        ("broken", r"IndexError in rules\.py, line \d+: no such"),
    ],
)
def test_a_rule_that_does_not_do_its_work_is_named(rule, words):
    name = f"tests.study.rules:{rule}"
    named_recipe(name)
    layer = erdos_renyi((8, 6, 2), 0.4, rng=0).layers[0]
    with pytest.raises(NetsparseError, match=f"recipe {name}: {words}"):
        REGROWTH[name](layer, 5, rng=np.random.default_rng(0))
