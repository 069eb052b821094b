"""The interactive view: one HTML file that explores an organisation and tries repairs, offline."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cxgraph.analysis import PublishableAnalysis
from cxgraph.drawing.style import BIN_EDGES, BIN_NAMES, BIN_RANGES, PALETTES
from cxgraph.drawing.view.data import finding, parent_numbers, view_data
from cxgraph.drawing.view.page_texts import PAGE, WITHHELD_LEGEND
from cxgraph.drawing.view.texts import WITHHELD_TEXTS
from cxgraph.errors import ParameterError
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.tables.characters import json_text
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis

SCRIPTS = (
    "maths/packing.js",
    "maths/cascade.js",
    "maths/diagnosis.js",
    "picture/pen.js",
    "picture/glass.js",
    "picture/ways.js",
    "picture/scene.js",
    "picture/painting.js",
    "picture/picture.js",
    "page/words.js",
    "page/model.js",
    "page/page.js",
    "page/levers.js",
    "page/state.js",
    "page/scenarios.js",
    "panel/parts.js",
    "panel/panel.js",
    "panel/kept.js",
    "tools/saving.js",
    "tools/look.js",
    "tools/tables.js",
    "tools/tip.js",
    "tools/filters.js",
    "tools/history.js",
    "tools/search.js",
    "tools/shifts.js",
    "tools/minimap.js",
    "tools/keyboard.js",
    "tools/present.js",
    "view.js",
)
"""The page's own scripts in the order in which they run; the mathematics is in the first three alone."""
STYLES = ("base", "tools", "picture", "panel", "table", "narrow", "print")
MOST_SERVICES = 100_000
"""Services that one page can hold; beyond it browsers take minutes."""
MOST_CUSTOMERS = 500
"""Customers, and divisions, in a list to choose from."""
_VIS = "pyvis/lib/vis-9.1.2/vis-network.min.js"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def render_view(analysis: Analysis, language: str | None = None) -> str:
    """Return the interactive view of an analysis as one HTML page.

    The page draws the champagne tower, answers searches, filters and selections, and computes what-ifs with the
    mathematics of `cxgraph.decide.what_if`. It asks nobody for anything: scripts and styles stand in it, and its
    content security policy names their hashes and forbids every request.

    Parameters
    ----------
    analysis : Analysis
        Of at most 100,000 services.
    language : str, optional
        ``en`` or ``es``, optionally with a country; the organisation's own by default.

    Returns
    -------
    str
        HTML, to be written as UTF-8. The same for the same analysis, byte for byte.

    Raises
    ------
    ParameterError
        A language that cxgraph does not speak, or more services than a page can hold.

    Notes
    -----
    pyvis brings vis-network; its own HTML is not used, because it loads scripts from elsewhere and runs names as
    markup. About 0.6 MB, and 4 MB at the most with 100,000 services.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> render_view(analyze(Organization.from_frames(services)))[:15]
    '<!doctype html>'
    """
    translate = Translator(language or analysis.organization.settings.language)
    published = publishable(analysis)
    analysis = published.analysis
    services = analysis.cascade.network.services
    if services > MOST_SERVICES:
        raise ParameterError(
            "The view holds {most} services at the most; this organisation has {count}. Draw the "
            "tower instead, or view a part of the organisation.",
            most=MOST_SERVICES,
            count=services,
        )
    templates = files("cxgraph.drawing.view") / "templates"
    data = view_data(analysis, translate)
    sheets = [(templates / "styles" / f"{name}.css").read_text("utf-8").strip() for name in STYLES]
    style = _palette_style() + "\n".join(sheets)
    # Validators take the hash of a text without the white space around it, browsers of the text as it stands.
    scripts = [
        _without_map(_vis_network()).strip(),
        *((templates / name).read_text("utf-8").strip() for name in SCRIPTS),
    ]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((templates / "view.html.j2").read_text("utf-8"))
    page = template.render(
        data=data,
        text={key: translate(words) for key, words in PAGE.items()},
        translate=translate,
        bins=_bins(translate),
        title=finding(published, translate),
        policy=_policy(style, scripts),
        choices=[
            (name, entries)
            for name, entries in (
                ("division", _divisions(data, parent_numbers(analysis))),
                ("tier", list(enumerate(data["tierNames"]))),
                ("customer", _customers(analysis)),
            )
            if entries
        ],
        loops=sum(bool(edge.get("back")) for edge in data["pictures"][-1]["edges"]),
        rows=_rows(published, translate),
        withheld=suppression_sentence(analysis.organization, translate),
        closed=translate(WITHHELD_LEGEND),
        # Our own files and JSON whose markup signs are escaped as JSON; escaping them again would change the bytes
        # that the policy's hashes are of.
        style=Markup(style),  # noqa: S704
        scripts=[Markup(script) for script in scripts],  # noqa: S704
        json=Markup(to_json(data)),  # noqa: S704
    )
    # Half a surrogate pair in a name cannot be written as UTF-8.
    return page.encode("utf-8", "replace").decode("utf-8")


def _vis_network() -> str:
    """Return vis-network as pyvis brings it; pyvis is not imported, for it imports IPython and networkx."""
    return Path(str(distribution("pyvis").locate_file(_VIS))).read_text("utf-8")


def view(analysis: Analysis, language: str | None = None) -> View:
    """Return the interactive view of an analysis, which shows itself in a notebook; see `render_view`.

    Parameters
    ----------
    analysis : Analysis
        Of at most 100,000 services.
    language : str, optional
        ``en`` or ``es``, optionally with a country; the organisation's own by default.

    Returns
    -------
    View
        Its `html` is the whole page.

    Raises
    ------
    ParameterError
        A language that cxgraph does not speak, or more services than a page can hold.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> view(analyze(Organization.from_frames(services))).html[:15]
    '<!doctype html>'
    """
    return View(render_view(analysis, language))


def to_json(data: Any) -> str:
    r"""Return JSON that can stand inside a script element: no sign in it ends the element or starts markup.

    Parameters
    ----------
    data : JSON-like
        No NaN, no infinity.

    Returns
    -------
    str
        On one line; ``<``, ``>``, ``&`` and the two line separators of Unicode are escaped.

    Examples
    --------
    >>> to_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json_text(data, separators=(",", ":"))
    for sign, escaped in _ESCAPES.items():
        text = text.replace(sign, escaped)
    return text


@dataclass(frozen=True)
class View:
    """An interactive view that shows itself in a notebook.

    Attributes
    ----------
    html : str
        The whole page; write it to a file to keep it.

    Notes
    -----
    A notebook shows it in a frame without access to the notebook: the page is its content, not a file beside it.
    """

    html: str

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads" width="100%" '
            'height="760" style="border:0" title="cxgraph"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<View, {len(self.html.encode('utf-8')):,} bytes of HTML>"


def _policy(style: str, scripts: list[str]) -> str:
    """Forbid everything but the scripts and styles that stand in the page, named by their hashes."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}'"


def _without_map(script: str) -> str:
    """Drop the pointer to a source map, which browsers' tools would ask for, and escape all but ASCII.

    It holds control characters that HTML forbids; in strings and expressions their escapes mean the same.
    """
    plain = script.replace("\r\n", "\n").partition("//# sourceMappingURL")[0]
    return _NOT_ASCII.sub(lambda sign: f"\\u{ord(sign[0]):04x}", plain)


def _palette_style() -> str:
    """Return the colours as CSS variables: light, dark where the system asks for it, and where the reader does."""
    sets = {}
    for theme, colors in PALETTES.items():
        plain = {key: value for key, value in colors.items() if isinstance(value, str)}
        plain.update({f"bin{at}": value for at, value in enumerate(colors["bins"])})
        sets[theme] = "".join(f"--{key}:{value};" for key, value in plain.items()) + f"color-scheme:{theme};"
    return (
        f":root{{{sets['light']}}}\n@media (prefers-color-scheme:dark){{:root{{{sets['dark']}}}}}\n"
        f":root[data-theme=light]{{{sets['light']}}}\n:root[data-theme=dark]{{{sets['dark']}}}\n"
        f"@media print{{:root:root{{{sets['light']}}}}}\n"
    )


def _bins(translate: Translator) -> list[str]:
    """Return the five bins with their ranges, in the words of the tower."""
    edges = [translate.percent(edge, 0) for edge in BIN_EDGES]
    ends = zip(["", *edges], [*edges, ""], strict=True)
    return [
        f"{translate(name)}: {translate(span, low=low, high=high)}"
        for name, span, (low, high) in zip(BIN_NAMES, BIN_RANGES, ends, strict=True)
    ]


def _customers(analysis: Analysis) -> list[tuple[int, str]]:
    """Return the customers by name, the heaviest where a list would be too long."""
    weight = analysis.cascade.network.customer_weight
    names = analysis.organization.departments["name"].astype(str).tolist()
    chosen = np.argsort(-weight, kind="stable")[: min(int((weight > 0).sum()), MOST_CUSTOMERS)]
    return sorted(((int(one), names[one]) for one in chosen), key=lambda entry: (entry[1].casefold(), entry[0]))


def _divisions(data: dict[str, Any], parents: npt.NDArray[np.int64]) -> list[tuple[int, str]]:
    """Return the departments that others report to, by name."""
    names = data["departments"]["names"]
    heads = sorted({int(head) for head in parents if head >= 0})[:MOST_CUSTOMERS]
    return sorted(((head, names[head]) for head in heads), key=lambda entry: (entry[1].casefold(), entry[0]))


def _rows(published: PublishableAnalysis, translate: Translator) -> list[tuple[str, str, str, str]]:
    """Return the first bottlenecks for readers whose browser runs no scripts."""
    table = shown_bottlenecks(published, 10)
    services = [
        translate(WITHHELD_TEXTS["withheld"]) if away else f"{service} → {client}"
        for service, client, away in zip(table["service"], table["client"], table["withheld"], strict=True)
    ]
    return list(
        zip(table["name"].astype(str), map(translate.percent, table["share"]), services, table["way"], strict=True)
    )
