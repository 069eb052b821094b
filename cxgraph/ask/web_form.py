"""A questionnaire as one HTML page: works offline, by keyboard and on a phone, and saves one file to send back."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cxgraph.ask.page import content_policy, script_json
from cxgraph.ask.questions import FORMAT, IMPORTANCES, Form
from cxgraph.ask.texts import FROM, PRIVACY, PURPOSES, QUESTIONS, SIDES, STEPS, WORDS, level_question, title
from cxgraph.ask.workbook_form import whole_levels
from cxgraph.wording import Translator

_STEPS = {"relations": ("serves", "formal", "relational")}


def web_form(form: Form, translate: Translator) -> str:
    """Return a form as one HTML page.

    The page loads nothing from anywhere, and its content security policy forbids that it could: scripts and styles
    stand in it and the policy names their hashes, as in the interactive view.

    Parameters
    ----------
    form : Form
        What to ask.
    translate : Translator
        Language of the form.

    Returns
    -------
    str
        HTML, to be written as UTF-8; the same for the same form.
    """
    templates = files("cxgraph.ask") / "templates"
    style = (templates / "form.css").read_text("utf-8").strip()
    script = (templates / "form.js").read_text("utf-8").strip()
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    pages = _relations(form, translate) if form.what == "relations" else _scores(form, translate)
    page = environment.from_string((templates / "form.html.j2").read_text("utf-8")).render(
        form=form,
        language=translate.language,
        title=title(form, translate),
        purpose=translate(PURPOSES[form.what]),
        privacy=translate(PRIVACY),
        text={key: translate(words) for key, words in WORDS.items()},
        pages=pages,
        low=f"{form.scale[0]:g}",
        high=f"{form.scale[1]:g}",
        policy=content_policy(style, [script]),
        # Our own files and JSON whose markup characters are escaped as JSON; escaping them again would change the bytes
        # that the policy's hashes are of.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        json=Markup(script_json(_data(form, translate))),  # noqa: S704
    )
    return page.encode("utf-8", "replace").decode("utf-8")  # half a character cannot be written as UTF-8


def _data(form: Form, translate: Translator) -> dict[str, Any]:
    """Return what the page has to know beside what it shows."""
    shown = ("answered", "draft", "no_draft", "forgotten", "saved")
    fields = {"done": "{done}", "all": "{all}", "file": "{file}", "missing": "{missing}"}
    return {
        "format": FORMAT,
        "form": form.id,
        "version": form.version,
        "digest": form.digest(),
        "what": form.what,
        "file": form.file_name,
        "organization": form.organization,
        "language": translate.language,
        "scale": list(form.scale),
        "answered_by": form.department.id,
        "steps": list(_STEPS.get(form.what, tuple(STEPS))),
        "items": [
            {
                "key": item.key,
                "supplier": item.supplier,
                "client": item.client,
                **({"service": item.service, "kind": item.kind} if item.service else {}),
            }
            for item in form.items
        ],
        "places": [
            {"id": place.id, "name": place.name, "kind": place.kind, "parent": place.parent} for place in form.places
        ],
        "texts": {key: translate(WORDS[key], **fields) for key in shown},
    }


def _scores(form: Form, translate: Translator) -> list[dict[str, Any]]:
    """Return the pages of a form that asks for scores: expectation first, fulfilment on a page of its own."""
    levels = whole_levels(form.scale)
    unknown = {"value": "unknown", "label": translate(WORDS["unknown"])}
    found = []
    for number, (step, words) in enumerate(STEPS.items(), 1):
        chosen = IMPORTANCES if step == "importance" else levels
        entries = [
            {
                "key": f"{step}_{item.key}",
                "label": item.service,
                "other": translate(FROM[form.what], name=item.label),
                "lead": "",
                "levels": [*({"value": str(level), "label": str(level)} for level in chosen), unknown]
                if chosen
                else [],
                "texts": [],
            }
            for item in form.items
        ]
        heading = translate(WORDS["page"], number=number, count=len(STEPS), title=translate(words))
        found.append(
            {
                "title": heading,
                "question": level_question(form, step, translate),
                "entries": entries,
                "comment": step == "importance",
            }
        )
    return found


def _relations(form: Form, translate: Translator) -> list[dict[str, Any]]:
    """Return a page for the suppliers and one for the clients."""
    choices = [{"value": value, "label": translate(WORDS[value])} for value in ("yes", "no")]
    choices.append({"value": "unknown", "label": translate(WORDS["unknown"])})
    found = []
    for number, (side, words) in enumerate(SIDES.items(), 1):
        entries = [
            {
                "key": f"serves_{item.key}",
                "label": item.label,
                "other": "",
                "lead": translate(QUESTIONS[side]),
                "levels": choices,
                "texts": [
                    {"key": f"{kind}_{item.key}", "label": translate(QUESTIONS[kind])}
                    for kind in ("formal", "relational")
                ],
            }
            for item in form.items
            if (item.client == form.department.id) == (side == "supplier")
        ]
        heading = translate(WORDS["page"], number=number, count=len(SIDES), title=translate(words))
        found.append({"title": heading, "question": "", "entries": entries, "comment": number == len(SIDES)})
    return found
