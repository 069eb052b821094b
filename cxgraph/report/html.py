"""A document as one HTML file that asks nobody for anything: no script, no request, styles pinned by their hash."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cxgraph.report.document import Document
from cxgraph.wording import Speaker


def render_html(document: Document, say: Speaker) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    document : Document
        Texts as people wrote them; everything is escaped here.
    say : Speaker
        Language of the few words that the page itself adds.

    Returns
    -------
    str
        One self-contained page. Its policy forbids scripts and requests, so that nothing hidden in a name can run.
    """
    templates = files("cxgraph.report") / "templates"
    style = (templates / "report.css").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((templates / "report.html.j2").read_text("utf-8"))
    return template.render(
        document=document, contents=say("Contents"), kind=lambda block: type(block).__name__,
        # The style is our own file; escaping its quotes would change the bytes that the policy's hash is of.
        style=Markup(style),  # noqa: S704
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        base64=lambda svg: base64.b64encode(svg.encode()).decode(), shade=_shade,
    )


def _shade(share: float) -> int:
    """Return how strongly a row is tinted, 0 to 3, by its share."""
    return sum(share >= step for step in (0.02, 0.05, 0.15))
