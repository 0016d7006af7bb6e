"""Sphinx: the documents as HTML. `python -m nox -s docs` builds them, with warnings as errors."""

import polyspec

project = "polyspec"
author = "The polyspec developers"
project_copyright = "The polyspec developers, Apache-2.0"
version = release = polyspec.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
root_doc = "index"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = "polyspec"
html_show_sphinx = False
html_copy_source = False
