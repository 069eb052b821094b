"""The guide as one page that works offline; its chapters are the Markdown files of ``cxgraph/guide``."""

from __future__ import annotations

import base64
import re
from importlib.resources import files

from cxgraph.wording import Translator

_PICTURE = re.compile(r'src="(pictures/[a-z.]+)"')


def guide_page(language: str) -> str:
    """Return the guide as HTML that loads nothing from anywhere.

    Parameters
    ----------
    language : str
        ``en`` or ``es``, optionally with a country.

    Returns
    -------
    str
        To be written as UTF-8.

    Raises
    ------
    ParameterError
        A language that cxgraph does not speak.

    Notes
    -----
    ``.ci/guide`` makes the page of the Markdown; here only the pictures are put into it.

    Examples
    --------
    >>> guide_page("es").splitlines()[1]
    '<html lang="es">'
    """
    folder = files("cxgraph") / "guide"
    page = (folder / f"guide.{Translator(language).language}.html").read_text("utf-8")

    def embedded(found: re.Match[str]) -> str:
        picture = folder.joinpath(*found[1].split("/")).read_bytes()
        return f'src="data:image/png;base64,{base64.b64encode(picture).decode()}"'

    return _PICTURE.sub(embedded, page)
