"""Signs that no name may hold, because they rewrite the text around them wherever it is shown.

They are refused on the way in, at one gate, rather than replaced on the way out: terminal, HTML, Markdown, CSV,
workbook, SVG and JSON would each need a remedy of its own (two of them cannot hold such signs at all), and a name
that was altered for one of them would no longer be the id of the tables. A sign that merely cannot be seen is kept
and told.
"""

from __future__ import annotations

import re

SIGN_THAT_REWRITES = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line ends: they steer terminals
    "\u2028\u2029"  # line ends that only some programs see
    "\u202a-\u202e\u2066-\u2069"  # change of direction: what follows is shown in another order than it is written
    "\ud800-\udfff]")  # halves of a character: no file can hold them
"""Finds a sign that changes how the text around it is shown, or that no file can hold."""
