"""The named recipes."""

from __future__ import annotations

from netsparse.rewire.recipe import RECIPES, Recipe

RECIPES.register(
    "ch3-l3",
    Recipe(until=0.75),
    summary="Smallest weights go, links that CH3-L3 predicts grow.",
    source="arXiv:2602.21961",
)
RECIPES.register(
    "rlr",
    Recipe(regrowth="random", until=0.75),
    summary="Smallest weights go, links grow at random; neurons on no path lose their links.",
    source="arXiv:2602.21961",
)
RECIPES.register(
    "set",
    Recipe(weights="kaiming", regrowth="random", new_weights="zero", clean_up="none"),
    summary="Smallest weights go, links grow at random: sparse evolutionary training.",
    source="D. C. Mocanu et al., Nature Communications 9, 2383, 2018.",
)
RECIPES.register("static", Recipe(until=0), summary="The topology stays as it started.")
