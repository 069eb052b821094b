"""What a page that stands alone needs: data inside a script element, and a policy that forbids every request."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_json(data: Any) -> str:
    r"""Return JSON that can stand inside a script element: nothing in it ends the element or starts markup.

    Parameters
    ----------
    data : JSON-like
        No NaN, no infinity.

    Returns
    -------
    str
        On one line.

    Examples
    --------
    >>> script_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def content_policy(style: str, scripts: Sequence[str]) -> str:
    """Return a content security policy that allows a page's own style and scripts, by their hashes, and nothing else.

    Parameters
    ----------
    style : str
        As it stands in the page.
    scripts : sequence of str
        As they stand in the page.

    Returns
    -------
    str
        For a meta element.
    """
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"
