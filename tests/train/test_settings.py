from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import nn
from netsparse.errors import FileFormatError
from netsparse.rewire import RECIPES, Recipe, Schedule
from netsparse.train import PRESETS, Settings
from netsparse.train.settings import BACKENDS

SECTION_1 = {
    "default": {"zeta": 0.3, "lr": 0.05, "lr_schedule": "linear", "rewire_until": 0.75, "init": "swi"},
    "paper": {
        "zeta": 0.1,
        "lr": 0.02,
        "lr_schedule": "constant",
        "rewire_until": 1.0,
        "epochs": 100,
        "init": "kaiming",
    },
}
ALIKE = {"momentum": 0.9, "weight_decay": 5e-4, "batch_size": 64, "init_regrown": "kaiming"}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_those_of_the_papers(preset):
    settings = Settings.from_preset(preset)
    for name, value in {**SECTION_1[preset], **ALIKE}.items():
        assert getattr(settings, name) == value


def test_the_defaults_are_the_default_preset():
    assert Settings() == Settings.from_preset("default")
    assert Settings().density == 0.01
    assert Settings().hidden == (1000, 1000, 1000)


def test_an_explicit_value_wins_over_the_preset():
    settings = Settings.from_preset("paper", zeta=0.2)
    assert (settings.zeta, settings.lr) == (0.2, 0.02)


def test_an_unknown_preset_lists_the_known():
    with pytest.raises(ValueError, match="unknown preset 'fast'; known: default, paper"):
        Settings.from_preset("fast")


@given(
    hidden=st.lists(st.integers(1, 2000), max_size=4),
    density=st.floats(0, 1, exclude_min=True),
    zeta=st.floats(0, 1),
    lr=st.floats(0, 1e9, exclude_min=True),
    momentum=st.floats(0, 1, exclude_max=True),
    seed=st.integers(0, 2**70),
    keep_disconnected=st.booleans(),
    regrowth=st.sampled_from(["random", "ch3-l3", "ra-l3", "l3", "none"]),
)
def test_json_round_trip_is_exact(**values):
    settings = Settings(**values)
    assert Settings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_json_with_a_missing_or_unknown_field_is_refused():
    values = Settings().to_json()
    with pytest.raises(FileFormatError, match="zeta"):
        Settings.from_json({name: value for name, value in values.items() if name != "zeta"})
    with pytest.raises(FileFormatError, match="colour"):
        Settings.from_json({**values, "colour": "red"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("density", value) for value in (0, -0.1, 1.1, math.nan, math.inf)],
        *[("zeta", value) for value in (-0.1, 1.1, math.nan)],
        *[("lr", value) for value in (0, -1, math.nan, math.inf)],
        *[("epochs", value) for value in (0, -1, 1.5, math.nan, math.inf, True)],
        *[("batch_size", value) for value in (0, 2.5)],
        *[("rewire_until", value) for value in (-0.1, 1.1)],
        *[("momentum", value) for value in (-0.1, 1)],
        *[("weight_decay", value) for value in (-1, math.inf)],
        *[("validation", value) for value in (-0.1, 1)],
        *[("hidden", value) for value in ((10, 0), 10, "10", (10, 2.5))],
        *[("seed", value) for value in (-1, "a")],
        *[("threads", value) for value in (0,)],
        *[("snapshots", value) for value in (-1,)],
        *[(name, "nonsense") for name in ("regrowth", "lr_schedule", "init", "backend", "zeta", "keep_disconnected")],
    ],
)
def test_bad_values_are_refused_under_the_name_of_the_flag(name, value):
    with pytest.raises((ValueError, TypeError), match="--" + name.replace("_", "-")):
        Settings(**{name: value})


def test_unknown_names_list_the_known():
    with pytest.raises(ValueError, match=r"known: ch1-l3, .*ch3-l3, .*gradient, .*none, .*random"):
        Settings(regrowth="rigl")
    with pytest.raises(ValueError, match="known: auto, masked, sparse"):
        Settings(backend="gpu")


def test_the_backends_are_those_of_the_engine():
    assert set(BACKENDS) == set(nn.BACKENDS)


def test_differences_names_the_fields():
    assert Settings().differences(Settings(lr=0.1, hidden=(5,))) == ["hidden", "lr"]


def test_a_recipe_fixes_the_rewiring_a_preset_the_rest_and_an_explicit_value_wins():
    settings = Settings.from_preset("paper", recipe="set", zeta=0.2)
    assert (settings.lr, settings.epochs, settings.zeta, settings.init) == (0.02, 100, 0.2, "kaiming")
    assert settings.to_recipe() == RECIPES["set"].replace(zeta=0.2)
    assert Settings.from_preset("default").to_recipe() == Recipe(until=0.75)
    assert Settings.from_preset("paper", recipe="static").to_recipe() == RECIPES["static"]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_alone_is_itself(name):
    assert Settings.from_preset("default", recipe=name).to_recipe() == RECIPES[name]


def test_a_flat_value_varies_a_schedule_and_leaves_what_no_flag_says(request):
    own = Recipe(
        zeta=Schedule(0.3, "cosine"),
        density=Schedule(0.5, "cubic", final=0.1),
        regrowth={"random": 0.5, "ch3-l3": 0.5},
        early_stop=0.9,
    )
    RECIPES.register("own", own, summary="Mine.")
    request.addfinalizer(lambda: RECIPES.unregister("own"))
    settings = Settings.from_preset("default", recipe="own", zeta=0.2, rewire_until=0.5)
    assert settings.to_recipe() == own.replace(zeta=Schedule(0.2, "cosine"), until=0.5)
    assert (settings.regrowth, settings.density) == ("recipe", 0.1)
    assert Settings.from_preset("default", recipe="own", regrowth="l3").to_recipe() == own.replace(regrowth="l3")
    with pytest.raises(ValueError, match="changes the density itself: leave --density out"):
        Settings.from_preset("default", recipe="own", density=0.2).to_recipe()


def test_settings_of_the_first_version_have_no_recipe():
    values = Settings().to_json()
    first = {name: value for name, value in values.items() if name not in ("recipe", "removal")}
    assert Settings.from_json(first) == Settings()


def test_code_of_ones_own_is_data_until_it_is_to_run():
    settings = Settings.from_json({**Settings().to_json(), "regrowth": "no.such.package:rule"})
    with pytest.raises(ValueError, match=r"'no.such.package:rule' is code of your own and not yet imported"):
        settings.to_recipe()


def test_unknown_recipes_list_the_known():
    with pytest.raises(ValueError, match="unknown recipe 'rigl'; known: ch3-l3, rlr, set, static"):
        Settings.from_preset("default", recipe="rigl")
    with pytest.raises(ValueError, match="unknown --recipe 'rigl'; known: ch3-l3, rlr, set, static"):
        Settings(recipe="rigl")
