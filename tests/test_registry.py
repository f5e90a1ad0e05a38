"""The registry: a mapping of names to rules, open to rules from outside."""

from __future__ import annotations

import sys
from functools import partial

import pytest

from netsparse.registry import Registry, needs


def shout(text):
    """Return the text in capitals.

    References
    ----------
    .. [1] A. Author, On shouting,
       2001.
    """
    return text.upper()


@pytest.fixture
def registry():
    return Registry("voice", {"shout": shout, "whisper": str.lower})


def test_it_is_a_mapping_in_the_order_of_registration(registry):
    assert list(registry) == ["shout", "whisper"]
    assert len(registry) == 2
    assert "shout" in registry
    assert "sing" not in registry
    assert 3 not in registry
    assert registry["shout"]("a") == "A"
    assert dict(registry) == {"shout": shout, "whisper": str.lower}
    assert registry.get("sing", 1) == 1


@pytest.mark.parametrize("name", ["sing", "", None, 3, ["shout"]])
def test_an_unknown_name_lists_the_known_ones(registry, name):
    with pytest.raises(ValueError, match=r"unknown voice .*; known: shout, whisper"):
        registry[name]


def test_rules_are_registered_by_call_and_as_decorator_and_taken_out_again(registry):
    assert registry.register("same", lambda text: text)("a") == "a"

    @registry.register("twice", needs={"air"}, source="here")
    def twice(text):
        """Say it twice."""
        return 2 * text

    assert registry["twice"] is twice
    assert registry.table()[-1] == ("twice", "Say it twice.", "air", "here")
    registry.unregister("same")
    assert list(registry) == ["shout", "whisper", "twice"]


def test_what_is_known_about_a_rule_comes_from_its_docstring(registry):
    row = registry.table()[0]
    assert (row.summary, row.needs, row.source) == ("Return the text in capitals.", "", "A. Author, On shouting, 2001.")
    registry.register("loud", partial(shout))
    assert registry.entry("loud").summary == row.summary
    registry.register("data", {"a": 1}, summary="Not a function.")
    registry.register("number", 3)
    assert [registry.entry(name).summary for name in ("data", "number")] == ["Not a function.", ""]


def test_needs_may_be_noted_on_the_rule(registry):
    registry.register("noted", needs("air", "breath")(lambda: None))
    assert registry.entry("noted").needs == {"air", "breath"}


@pytest.mark.parametrize("name", ["Shout", "a b", "a:", "", "../x", 3])
def test_what_is_no_name_is_refused(registry, name):
    with pytest.raises(ValueError, match="is no name"):
        registry.register(name, shout)


def test_a_name_is_taken_once(registry):
    with pytest.raises(ValueError, match="voice 'shout' is already registered"):
        registry.register("shout", shout)


def test_a_former_name_warns_and_is_not_listed(registry):
    registry.alias("yell", "shout")
    with pytest.warns(DeprecationWarning, match="voice 'yell' is now called 'shout'"):
        assert registry["yell"] is shout
    assert list(registry) == ["shout", "whisper"]
    assert "yell" in registry


def test_code_is_imported_only_when_trusted(registry, tmp_path, monkeypatch):
    (tmp_path / "voices.py").write_text("ran = True\ndef hum(text):\n    'Hum.'\n    return 'm'\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="is code of your own and not yet imported"):
        registry.resolve("voices:hum")
    with pytest.raises(ValueError, match="unknown voice"):
        registry["voices:hum"]
    assert registry.resolve("voices:hum", trusted=True)("a") == "m"
    assert registry["voices:hum"]("a") == "m"  # from now on by its name
    assert registry.resolve("voices:hum")("a") == "m"
    assert registry.table()[-1].summary == "Hum."


@pytest.mark.parametrize("path", ["no.such.module:f", "math:no_such_function"])
def test_code_that_is_not_there(registry, path):
    with pytest.raises(ValueError, match=f"voice '{path}' cannot be imported"):
        registry.resolve(path, trusted=True)


def test_code_of_the_current_folder_is_found_and_hides_nothing(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    (tmp_path / "voice_beside.py").write_text("def hum(text):\n    return 'm'\n")
    (tmp_path / "math.py").write_text("raise RuntimeError('not this one')\n")
    assert registry.resolve("voice_beside:hum", trusted=True)("a") == "m"
    assert registry.resolve("math:floor", trusted=True)(2.5) == 2
    del sys.modules["voice_beside"]


@pytest.mark.parametrize("text", ["1 / 0", "def hum(", "raise SystemError", "hum = 3"])
def test_code_that_fails_is_one_error(registry, tmp_path, monkeypatch, text):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_voice.py").write_text(text)
    with pytest.raises(ValueError, match=r"voice 'broken_voice:hum' cannot be imported: .*broken_voice"):
        registry.resolve("broken_voice:hum", trusted=True)
    sys.modules.pop("broken_voice", None)


@pytest.mark.parametrize("name", ["shout", "sing", "os.system", ":f", "a b:c"])
def test_resolve_is_plain_look_up_for_anything_else(registry, name):
    if name == "shout":
        assert registry.resolve(name, trusted=True) is shout
    else:
        with pytest.raises(ValueError, match="unknown voice"):
            registry.resolve(name, trusted=True)
