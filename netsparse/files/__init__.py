"""Files and folders that are written: whole or not at all, wherever they are to stand, and checked before any work."""

from netsparse.files.check import check_writable
from netsparse.files.digests import digest, digest_of_arrays
from netsparse.files.folders import check_folder, make_folder
from netsparse.files.text import append_text, write_json, write_text
from netsparse.files.writer import drop_leftovers, writing

__all__ = [
    "append_text", "check_folder", "check_writable", "digest", "digest_of_arrays", "drop_leftovers", "make_folder",
    "write_json", "write_text", "writing",
]  # fmt: skip
