"""Settings: groups made of flat values, presets and recipes; JSON of now and of before; names of now and of before."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import pickle
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import nn
from netsparse.errors import FileFormatError, NetsparseError
from netsparse.rewire import RECIPES, Mixture, Recipe, Rule, Schedule
from netsparse.train import PRESETS, DataSettings, ModelSettings, OptimiserSettings, RunSettings, Settings
from netsparse.train.group import Group, count, setting
from netsparse.train.model_settings import BACKENDS
from netsparse.train.settings import GROUPS, PARAMETERS
from netsparse.train.variation import VARIES, check_rules

PAPERS = {
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
FIRST = {
    "dataset": "a.npz", "hidden": [12, 10], "density": 0.2, "recipe": None, "removal": "magnitude",
    "regrowth": "ch3-l3", "zeta": 0.3, "keep_disconnected": False, "rewire_until": 0.75, "epochs": 3, "batch_size": 16,
    "lr": 0.05, "lr_schedule": "linear", "momentum": 0.9, "weight_decay": 0.0005, "init": "swi",
    "init_regrown": "kaiming", "validation": 0.0, "backend": "auto", "seed": 3, "threads": 1, "snapshots": 1,
}  # fmt: skip
"""Settings in the first version of the format."""


@pytest.fixture
def own(request) -> Recipe:
    """A recipe of one's own, registered under the name 'own', with what no flat value says."""
    recipe = Recipe(
        zeta=Schedule(0.3, "cosine"),
        density=Schedule(0.5, "cubic", final=0.1),
        regrowth={"random": 0.5, "ch3-l3": 0.5},
        early_stop=0.9,
    )
    RECIPES.register("own", recipe, summary="Mine.")
    request.addfinalizer(lambda: RECIPES.unregister("own"))
    return recipe


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_those_of_the_papers(preset):
    values = Settings(preset=preset).flat()
    for name, value in {**PAPERS[preset], **ALIKE}.items():
        assert values[name] == value


def test_the_defaults_are_the_default_preset():
    assert Settings() == Settings(preset="default")
    assert Settings().model == ModelSettings(hidden=(1000, 1000, 1000), density=0.01)
    assert Settings().recipe == Recipe(until=0.75)
    assert Settings().optimiser == OptimiserSettings()
    assert (Settings().data, Settings().run) == (DataSettings(), RunSettings())


def test_every_parameter_belongs_to_one_group():
    assert len(set(PARAMETERS)) == len(PARAMETERS)
    assert set(PARAMETERS) <= set(Settings().flat())
    assert all(set(values) <= set(PARAMETERS) for values in PRESETS.values())
    assert set(VARIES.values()) <= {field.name for field in dataclasses.fields(Recipe)}


def test_an_explicit_value_wins_over_the_preset():
    settings = Settings(preset="paper", zeta=0.2)
    assert (settings.recipe.zeta, settings.optimiser.lr) == (Schedule(0.2), 0.02)


def test_a_group_wins_over_the_preset_and_a_flat_value_over_the_group():
    settings = Settings(preset="paper", optimiser=OptimiserSettings(lr=0.3, momentum=0.5), momentum=0.1)
    assert settings.optimiser == OptimiserSettings(lr=0.3, momentum=0.1)
    assert settings.run.epochs == 100
    with pytest.raises(TypeError, match=r"^optimiser must be a OptimiserSettings, got 0.1"):
        Settings(optimiser=0.1)


@pytest.mark.parametrize("preset", ["fast", ""])
def test_an_unknown_preset_lists_the_known(preset):
    with pytest.raises(ValueError, match=f"unknown preset '{preset}'; known: default, paper"):
        Settings(preset=preset)


def test_replacing_takes_flat_values_and_groups():
    settings = Settings(recipe="set", lr=0.1)
    longer = dataclasses.replace(settings, epochs=5, zeta=0.1, run=RunSettings(seed=4))
    assert longer == Settings(recipe="set", lr=0.1, epochs=5, seed=4, zeta=0.1)


def test_it_is_a_value():
    settings = Settings(hidden=[5], recipe="rlr")
    assert pickle.loads(pickle.dumps(settings)) == copy.deepcopy(settings) == settings
    assert hash(settings) == hash(Settings(hidden=(5,), recipe="rlr"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.run = RunSettings()


values = st.fixed_dictionaries(
    {
        "hidden": st.lists(st.integers(1, 2000), max_size=4),
        "density": st.floats(0, 1, exclude_min=True),
        "zeta": st.floats(0, 1),
        "lr": st.floats(0, 1e9, exclude_min=True),
        "momentum": st.floats(0, 1, exclude_max=True),
        "seed": st.integers(0, 2**63 - 1),
        "clean_up": st.sampled_from(["reach", "chain", "none"]),
        "regrowth": st.sampled_from(["random", "ch3-l3", "ra-l3", "l3", "static"]),
        "start": st.sampled_from(["erdos-renyi", "k-regular"]),
    }
)


@given(values)
def test_json_round_trip_is_exact(given):
    settings = Settings(**given)
    assert Settings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@given(values)
def test_flat_values_make_the_same_settings_again(given):
    settings = Settings(**given)
    flat = settings.flat()
    again = Settings(**{name: flat[name] for name in PARAMETERS})
    assert again.differences(settings) == []
    assert again.recipe.is_static == settings.recipe.is_static == (given["regrowth"] == "static")


@pytest.mark.parametrize(("group", "name"), [("optimiser", "lr"), ("run", "seed"), ("model", "density")])
def test_json_with_a_missing_or_unknown_field_is_refused(group, name):
    values = Settings().to_json()
    whole = dict(values[group])
    values[group] = {key: value for key, value in whole.items() if key != name}
    with pytest.raises(FileFormatError, match=f"missing fields {name}; unknown fields none"):
        Settings.from_json(values)
    values[group] = {**whole, "colour": "red"}
    with pytest.raises(FileFormatError, match="missing fields none; unknown fields colour"):
        Settings.from_json(values)


@pytest.mark.parametrize("group", ["recipe", *GROUPS])
def test_json_with_a_missing_or_odd_group_is_refused(group):
    values = Settings().to_json()
    with pytest.raises(FileFormatError, match=f"missing fields {group}"):
        Settings.from_json({name: value for name, value in values.items() if name != group})
    with pytest.raises(FileFormatError, match=f"{group} must be an object, got 3"):
        Settings.from_json({**values, group: 3})
    with pytest.raises(FileFormatError, match="unknown fields more"):
        Settings.from_json({**values, "more": {}})


def test_a_field_that_came_later_means_in_older_files_what_the_group_says():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Ink(Group):
        LATER: ClassVar = {"layers": 1}
        drops: int = setting(1, count(at_least=1))
        layers: int = setting(2, count())

    assert Ink.from_json({"drops": 3}) == Ink(drops=3, layers=1)
    with pytest.raises(FileFormatError, match="missing fields drops"):
        Ink.from_json({"layers": 3})


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
        *[("dataset", value) for value in ("", None)],
        *[("init", value) for value in ("zero", None, 3)],
        *[(name, 3) for name in ("start", "removal", "regrowth", "clean_up")],
        *[(name, "nonsense") for name in ("start", "removal", "regrowth", "clean_up", "init", "init_regrown", "zeta")],
        *[(name, "nonsense") for name in ("lr_schedule", "backend", "recipe", "preset", "keep_disconnected")],
        ("colour", "red"),
    ],
)
def test_bad_values_are_refused_by_the_name_of_the_parameter(name, value):
    with pytest.raises(NetsparseError, match=rf"^(unknown )?{name}\b") as caught:
        Settings(**{name: value})
    assert caught.value.parameter == name
    assert "--" not in str(caught.value)


def test_unknown_names_list_the_known():
    with pytest.raises(ValueError, match=r"known: ch1-l3, .*ch3-l3, .*gradient, .*random, .*static"):
        Settings(regrowth="rigl")
    with pytest.raises(ValueError, match="known: auto, masked, sparse"):
        Settings(backend="gpu")
    with pytest.raises(ValueError, match="unknown recipe 'rigl'; known: ch3-l3, rlr, set, static"):
        Settings(recipe="rigl")


def test_the_backends_are_those_of_the_engine():
    assert set(BACKENDS) == set(nn.BACKENDS)


def test_differences_names_the_parameters():
    assert Settings().differences(Settings(lr=0.1, hidden=(5,))) == ["hidden", "lr"]
    assert Settings().differences(Settings(recipe="set")) == [
        "init", "regrowth", "rewire_until", "init_regrown", "clean_up",
    ]  # fmt: skip


def test_a_recipe_fixes_the_rewiring_a_preset_the_rest_and_an_explicit_value_wins():
    settings = Settings(preset="paper", recipe="set", zeta=0.2)
    assert (settings.optimiser.lr, settings.run.epochs) == (0.02, 100)
    assert settings.recipe == RECIPES["set"].replace(zeta=0.2)
    assert Settings(preset="paper").recipe == Recipe(weights="kaiming", zeta=0.1)
    assert Settings(preset="paper", recipe=Recipe(removal="degree")).recipe == Recipe(removal="degree")


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_alone_is_itself(name):
    assert Settings(recipe=name).recipe == RECIPES[name] == Settings(preset="paper", recipe=name).recipe


def test_a_flat_value_varies_a_schedule_and_leaves_what_no_flat_value_says(own):
    assert Settings(recipe=own, zeta=0.2, rewire_until=0.5).recipe == own.replace(
        zeta=Schedule(0.2, "cosine"), until=0.5
    )
    assert Settings(recipe="own", regrowth="l3").recipe == own.replace(regrowth="l3")
    with pytest.raises(NetsparseError, match=r"^zeta: initial must be finite, got nan$"):
        Settings(recipe="own", zeta=math.nan)


def test_the_rule_a_recipe_has_anyway_keeps_its_options(request):
    from netsparse.generate import STARTS

    STARTS.register("ring", lambda shape, n, *, rng, width=1: None, summary="Near ones.")
    request.addfinalizer(lambda: STARTS.unregister("ring"))
    recipe = Recipe(start={"rule": "ring", "width": 3})
    assert Settings(recipe=recipe, start="ring").recipe.start == Rule("ring", {"width": 3})
    assert Settings(recipe=recipe, start="k-regular").recipe.start == Rule("k-regular")


def test_there_is_one_density(own):
    assert Settings(recipe="own").model.density is None
    assert Settings(recipe="own").flat()["density"] == own.density.to_json()
    with pytest.raises(ValueError, match="density changes by the recipe itself: leave it out"):
        Settings(recipe="own", density=0.2)
    with pytest.raises(ValueError, match="density is said by the recipe and by the model"):
        Settings(recipe="own", model=ModelSettings(density=0.2))
    constant = Settings(recipe=Recipe(density=0.3, distribution="erk"), density=0.2)
    assert (constant.model.density, constant.recipe.density) == (None, Schedule(0.2))


def test_static_is_a_recipe_without_updates():
    settings = Settings(regrowth="static", rewire_until=0.5)
    assert settings.recipe == Recipe(until=0)
    assert settings.flat()["regrowth"] == "static"
    assert settings.differences(Settings(recipe="static")) == []


@pytest.mark.parametrize("later", [{"recipe", "removal"}, set()], ids=["0.1.0", "with recipes"])
def test_flat_json_of_before_means_what_it_meant(later):
    first = {name: value for name, value in FIRST.items() if name not in later}
    settings = Settings.from_json(first)
    assert settings == Settings(
        dataset="a.npz", hidden=(12, 10), density=0.2, epochs=3, batch_size=16, snapshots=1, seed=3
    )
    with pytest.raises(FileFormatError, match="missing fields zeta"):
        Settings.from_json({name: value for name, value in first.items() if name != "zeta"})
    with pytest.raises(FileFormatError, match="unknown fields colour"):
        Settings.from_json({**first, "colour": "red"})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("changes", "recipe"),
    [
        ({"keep_disconnected": True}, Recipe(clean_up="none", until=0.75)),
        ({"regrowth": "none"}, Recipe(until=0)),
        ({"regrowth": "random", "zeta": 0.1, "rewire_until": 1.0}, Recipe(regrowth="random", zeta=0.1)),
        (
            {"recipe": "set", "init": "kaiming", "regrowth": "l3", "init_regrown": "zero", "keep_disconnected": True},
            RECIPES["set"].replace(regrowth="l3", until=0.75),
        ),
        ({"recipe": "set", "keep_disconnected": False}, Recipe(regrowth="ch3-l3", until=0.75)),
        ({"recipe": "static", "rewire_until": 0.0}, RECIPES["static"]),
    ],
)
def test_flat_json_of_before_varies_its_recipe(changes, recipe):
    assert Settings.from_json({**FIRST, **changes}).recipe == recipe


def test_flat_json_of_before_keeps_what_a_recipe_of_ones_own_says(own):
    flat = {**FIRST, "recipe": "own", "regrowth": "recipe", "density": 0.1, "rewire_until": 1.0, "zeta": 0.3}
    settings = Settings.from_json(flat)
    assert (settings.recipe, settings.model.density) == (own, None)
    with pytest.raises(ValueError, match="density changes by the recipe itself"):
        Settings.from_json({**flat, "density": 0.2})


@pytest.mark.parametrize("field", ["regrowth", "removal", "start"])
def test_code_of_ones_own_is_data_until_it_is_to_run(field):
    settings = Settings.from_json({**Settings().to_json(), "recipe": {field: "no.such.package:rule"}})
    assert json.loads(json.dumps(settings.to_json()))["recipe"][field] == "no.such.package:rule"
    with pytest.raises(ValueError, match=r"'no.such.package:rule' is code of your own and not yet imported"):
        check_rules(settings.recipe)


@pytest.mark.parametrize(
    ("former", "now", "words"),
    [
        ({"keep_disconnected": True}, {"clean_up": "none"}, "keep_disconnected=True is now clean_up='none'"),
        ({"keep_disconnected": False}, {"clean_up": "reach"}, "keep_disconnected=False is now clean_up='reach'"),
        ({"regrowth": "none"}, {"regrowth": "static"}, "regrowth='none' is now regrowth='static'"),
    ],
)
def test_former_names_go_on_with_a_warning(former, now, words):
    with pytest.warns(DeprecationWarning, match=f"^{words}$") as noted:
        assert Settings(**former) == Settings(**now)
    assert len(noted) == 1
    assert noted[0].filename == __file__


def test_the_former_constructor_goes_on_with_a_warning():
    with pytest.warns(DeprecationWarning, match=r"is now Settings\(preset=name, ...\)"):
        assert Settings.from_preset("paper", zeta=0.2) == Settings(preset="paper", zeta=0.2)


@pytest.mark.parametrize(
    ("name", "value", "now"),
    [
        ("dataset", "fashion-mnist-6k", "data.dataset"),
        ("hidden", (5, 4), "model.hidden"),
        ("lr", 0.05, "optimiser.lr"),
        ("seed", 3, "run.seed"),
        ("zeta", 0.3, "recipe.zeta"),
        ("regrowth", "static", "recipe.regrowth"),
        ("rewire_until", 0, "recipe.until"),
        ("init", "swi", "recipe.weights"),
        ("keep_disconnected", True, "recipe.clean_up"),
    ],
)
def test_former_attributes_go_on_with_a_warning(name, value, now):
    settings = Settings(hidden=(5, 4), seed=3, regrowth="static", clean_up="none")
    with pytest.warns(DeprecationWarning, match=f"^Settings.{name} is now Settings.{now}") as noted:
        assert getattr(settings, name) == value
    assert noted[0].filename == __file__


def test_what_never_was_an_attribute_is_none():
    with pytest.raises(AttributeError, match="Settings has no attribute 'colour'"):
        Settings().colour  # noqa: B018


def test_mixtures_are_recipes_of_ones_own():
    settings = Settings(recipe=Recipe(regrowth={"random": 0.5, "l3": 0.5}))
    assert settings.recipe.regrowth == Mixture.of({"random": 0.5, "l3": 0.5})
    assert settings.flat()["regrowth"] == [["random", 0.5], ["l3", 0.5]]
