from __future__ import annotations

import http.server
import threading

import pytest

from netsparse.datasets.sources import Files, find
from netsparse.errors import NetsparseError
from netsparse.files import digest

CONTENT = {"a.gz": b"first", "b.gz": b"second"}
MD5 = tuple(digest(content, algorithm="md5") for content in CONTENT.values())


@pytest.fixture
def server():
    """A web server on this machine that has the two files and notes what was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = CONTENT.get(self.path.removeprefix("/"))
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    asked: list[str] = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/", asked
        running.shutdown()
        thread.join()


def files(url, md5=MD5, names=("a.gz", "b.gz")) -> Files:
    return Files(tuple(names), url, md5)


def put(folder, name, content=b"own"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def test_own_folder_before_cache_before_download(server, cache, data_folder):
    url, asked = server
    own = put(data_folder / "set", "a.gz")
    put(cache / "set", "a.gz")
    cached = put(cache / "set", "b.gz")
    assert find("set", files(url)) == [own, cached]
    assert asked == []


def test_a_download_is_kept_in_the_cache(server, cache):
    url, asked = server
    paths = find("set", files(url))
    assert paths == [cache / "set" / "a.gz", cache / "set" / "b.gz"]
    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    assert find("set", files(url)) == paths
    assert asked == ["/a.gz", "/b.gz"]


def test_only_what_is_missing_is_downloaded(server, cache):
    url, asked = server
    put(cache / "set", "a.gz")
    find("set", files(url))
    assert asked == ["/b.gz"]


def test_a_download_with_another_checksum_leaves_no_file(server, cache):
    url, _ = server
    with pytest.raises(NetsparseError, match=r"missing a\.gz, b\.gz; put into .*cache.*a\.gz failed.*hash"):
        find("set", files(url, md5=("0" * 32, MD5[1])))
    assert list((cache / "set").iterdir()) == []


def test_a_failing_download_says_what_to_put_where(server, cache):
    url, _ = server
    with pytest.raises(NetsparseError, match=r"data set set: missing nowhere\.gz; put into .*NETSPARSE_DATA.*404"):
        find("set", files(url, names=("nowhere.gz",)))
    assert list((cache / "set").iterdir()) == []


def test_files_that_cannot_be_downloaded_say_where_they_come_from(cache):
    with pytest.raises(NetsparseError, match=r"missing a, b; put into .*; ask the authors$"):
        find("set", Files(("a", "b"), origin="ask the authors"))
    assert not cache.exists()


def test_a_data_folder_that_does_not_exist_is_refused(cache, monkeypatch, tmp_path):
    monkeypatch.setenv("NETSPARSE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(NetsparseError, match=r"NETSPARSE_DATA is .*nowhere', which is not a folder"):
        find("set", Files(("a",)))
