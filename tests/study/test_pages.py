"""Generated blocks of a page."""

from __future__ import annotations

import pytest

from netsparse.errors import NetsparseError
from netsparse.study import has_block, marked, replace_block


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{marked('one', 'old')}\nbetween\n{marked('two', 'kept')}\nafter\n")
    return path


def test_only_the_named_block_changes(page):
    others = page.read_text().split(marked("one", "old"))
    assert replace_block(page, "one", "new\nlines")
    assert page.read_text() == marked("one", "new\nlines").join(others)


def test_a_page_without_the_block_is_left_alone(page):
    before = page.read_text()
    assert not has_block(page, "three")
    assert not replace_block(page, "three", "new")
    assert not replace_block(page.with_name("absent.md"), "one", "new")
    assert page.read_text() == before


@pytest.mark.parametrize(
    "text",
    [
        "<!-- one:begin -->",
        "<!-- one:end -->",
        "<!-- one:end --><!-- one:begin -->",
        "<!-- one:begin --><!-- one:begin --><!-- one:end -->",
    ],
)
def test_broken_marks_are_refused_and_nothing_is_written(page, text):
    page.write_text(text)
    with pytest.raises(NetsparseError, match="once each"):
        replace_block(page, "one", "new")
    assert page.read_text() == text
