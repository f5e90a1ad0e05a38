"""Damage done to files, at random but the same in every run: to their bytes, and to what their formats pack."""

from __future__ import annotations

import gzip
import io
import re
import warnings
import zipfile
import zlib

import numpy as np

ODD_NUMBERS = (
    b"nan", b"NaN", b"inf", b"-Infinity", b"1e999", b"1e308", b"-1", b"0", b"-0", b"0.5", b"1.9", b"1_0", b"+1", b" 1",
    b"", b"9" * 19, b"9" * 30, b"9" * 400, b"9" * 5000, b"9223372036854775808", b"true", b"null", b'"1"', b"\xd9\xa3",
)  # fmt: skip
ODD_TEXTS = (
    b"\0",
    b"\x1b[2J",
    b"\xff\xfe",
    b"\n",
    b"\r\n",
    b",",
    b'"',
    b"{",
    b"[" * 3000,
    b"&a;",
    b"<",
    b"#",
    b"\xe2\x80\xae",
)
ODD_WORDS = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63, 2**64 - 1)
_NUMBER = re.compile(rb"-?[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|nan|NaN")


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the content after one to three mutations, in a packed format of what is packed or of the package."""
    for _ in range(rng.integers(1, 4)):
        if content[:4] == b"PK\x03\x04" and rng.random() < 0.6:
            content = _with_changed_member(content, rng)
        elif content[:2] == b"\x1f\x8b" and rng.random() < 0.6:
            content = _with_changed_content(content, rng)
        else:
            content = changed(content, rng)
    return content


def changed(content: bytes, rng: np.random.Generator) -> bytes:
    """Return bytes with one change."""
    return MUTATIONS[rng.integers(len(MUTATIONS))](content, rng)


def _place(content: bytes, rng: np.random.Generator) -> int:
    return int(rng.integers(len(content) + 1))


def _span(content: bytes, rng: np.random.Generator, longest: int = 64) -> tuple[int, int]:
    start = _place(content, rng)
    return start, min(start + int(rng.integers(1, longest)), len(content))


def flip_bit(content: bytes, rng: np.random.Generator) -> bytes:
    """Flip one bit."""
    if not content:
        return content
    damaged = bytearray(content)
    damaged[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
    return bytes(damaged)


def insert_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Insert some bytes."""
    place = _place(content, rng)
    return content[:place] + rng.bytes(int(rng.integers(1, 9))) + content[place:]


def delete_bytes(content: bytes, rng: np.random.Generator) -> bytes:
    """Delete a range."""
    start, end = _span(content, rng)
    return content[:start] + content[end:]


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut the end off."""
    return content[: _place(content, rng)]


def duplicate_block(content: bytes, rng: np.random.Generator) -> bytes:
    """Write a range twice."""
    start, end = _span(content, rng, 200)
    return content[:end] + content[start:end] + content[end:]


def swap_blocks(content: bytes, rng: np.random.Generator) -> bytes:
    """Exchange two neighbouring ranges."""
    start, middle = _span(content, rng, 100)
    end = min(2 * middle - start, len(content))
    return content[:start] + content[middle:end] + content[start:middle] + content[end:]


def zero_range(content: bytes, rng: np.random.Generator) -> bytes:
    """Overwrite a range with zeros."""
    start, end = _span(content, rng)
    return content[:start] + bytes(end - start) + content[end:]


def overwrite_word(content: bytes, rng: np.random.Generator) -> bytes:
    """Overwrite an integer of 2, 4 or 8 bytes, of either endianness, by an extreme one."""
    width = int(rng.choice([2, 4, 8]))
    start = _place(content, rng)
    word = ODD_WORDS[rng.integers(len(ODD_WORDS))] % 2 ** (8 * width)
    written = word.to_bytes(width, "little" if rng.random() < 0.5 else "big")
    return (content[:start] + written + content[start + width :])[: max(len(content), start + width)]


def replace_number(content: bytes, rng: np.random.Generator) -> bytes:
    """Replace a number in a text by an extreme one, by no number, or by one that is not finite."""
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return insert_bytes(content, rng)
    found = numbers[rng.integers(len(numbers))]
    return content[: found.start()] + ODD_NUMBERS[rng.integers(len(ODD_NUMBERS))] + content[found.end() :]


def insert_text(content: bytes, rng: np.random.Generator) -> bytes:
    """Insert what has a meaning in some text format."""
    place = _place(content, rng)
    return content[:place] + ODD_TEXTS[rng.integers(len(ODD_TEXTS))] + content[place:]


MUTATIONS = (
    flip_bit, insert_bytes, delete_bytes, truncate, duplicate_block, swap_blocks, zero_range, overwrite_word,
    replace_number, replace_number, insert_text,
)  # fmt: skip


def _with_changed_member(content: bytes, rng: np.random.Generator) -> bytes:
    """Change a member of a zip archive, or leave it out, write it twice or under another's name; checksums fit."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(name, archive.read(name)) for name in archive.namelist()]
    except Exception:  # damaged by an earlier mutation
        return changed(content, rng)
    if not members:
        return changed(content, rng)
    place, other = rng.integers(len(members), size=2)
    name, packed = members[place]
    choice = rng.random()
    if choice < 0.8:
        members[place] = (name, changed(packed, rng))
    elif choice < 0.87:
        del members[place]
    elif choice < 0.94:
        members.append((name, members[other][1]))
    else:
        members[place] = (name, members[other][1])
    result = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if rng.random() < 0.5 else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(result, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, packed in members:
            archive.writestr(zipfile.ZipInfo(name), packed, method)
    return result.getvalue()


def _with_changed_content(content: bytes, rng: np.random.Generator) -> bytes:
    """Change what a gzip file packs; its checksum fits."""
    try:
        return gzip.compress(changed(gzip.decompress(content), rng), mtime=0)
    except (OSError, EOFError, zlib.error):  # damaged by an earlier mutation
        return changed(content, rng)
