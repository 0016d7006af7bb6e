"""Mounts as text (polyaxonfile section 12, `mount[]`; decision S47)."""

import pytest

from polyspec.spec.helpers import Mount


@pytest.mark.parametrize(
    ("text", "path_from", "path_to"),
    [
        ("/host:/container", "/host", "/container"),
        ("/a:b:/c", "/a:b", "/c"),
        ("/a:/b:/c", "/a:/b", "/c"),
        ("C:/data:/data", "C:/data", "/data"),
        ("./src:~/code", "./src", "~/code"),
        ("/data:{{ globals.run_outputs_path }}", "/data", "{{ globals.run_outputs_path }}"),
        ("a:b:c", "a:b", "c"),
        ("/same", "/same", "/same"),
    ],
)
def test_a_text_is_split_at_the_last_colon_that_begins_a_path(text: str, path_from: str, path_to: str) -> None:
    assert Mount.of(text) == Mount(path_from=path_from, path_to=path_to)
