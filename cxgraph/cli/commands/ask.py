"""``cxgraph ask``: questionnaires of an organisation, to be sent out and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import Place, organization_argument, reading_options
from cxgraph.cli.runtime import (
    analyze_organization,
    guarded,
    print_problems,
    print_suppressed,
    print_text,
    read_organization,
    stage,
)
from cxgraph.wording import Translator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cxgraph.ask.questions import Form

_FORMATS = ("xlsx", "html", "xlsform")
_WHATS = ("relations", "scores", "self_assessment")
_RECORD = "ask.json"


@click.command(
    "ask",
    help=tr(
        "Write questionnaires for the departments and customers of ORG, which may be a list of departments only: first "
        "who serves whom (relations), then what is expected and received (scores). Put the files that come back into "
        "a folder and give it to any command: cxgraph report FOLDER."
    ),
)
@organization_argument
@click.option("-o", "--output", "folder", type=Place(), help=tr("Folder that the forms are written to."))
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="xlsx",
    show_default=True,
    help=tr("A workbook for each, a page for each that works offline, or what KoboToolbox, ODK and SurveyCTO import."),
)
@click.option(
    "--what",
    type=click.Choice(_WHATS),
    help=tr("What to ask; the scores where services are known, else who serves whom."),
)
@click.option(
    "--next",
    "further",
    type=click.IntRange(1),
    help=tr("Write no forms; say where this number of further answers would do most to settle who comes first."),
)
@click.option("--seed", type=int, default=0, show_default=True, help=tr("Decides the order of the questions."))
@click.option("--force", is_flag=True, help=tr("Replace forms that are already there; they get the next version."))
@reading_options
@guarded
def command(
    org: Path,
    folder: Path | None,
    format_: str,
    what: str | None,
    further: int | None,
    seed: int,
    force: bool,
    **options: Any,
) -> None:
    """Read what there is, write the forms, say what comes next."""
    from cxgraph.ask.questions import make_forms
    from cxgraph.cli.runtime import given_options
    from cxgraph.intake.outline import read_outline
    from cxgraph.reporting.writing import write_folder

    if further is not None:
        _print_next(org, further, seed, options)
        return
    if folder is None:
        raise click.UsageError(tr("Name the folder that the forms are to be written to: -o FOLDER."))
    with stage(tr("Reading {name} ...", name=org)):
        outline = read_outline(org, **given_options(options))
    translate = Translator(options.get("lang") or outline.settings.language)
    print_problems(outline.problems, translate)
    chosen = what or ("scores" if outline.services else "relations")
    forms = _versions(make_forms(outline, chosen, seed=seed), folder)  # type: ignore[arg-type]
    files = {_name(form, format_): _content(form, format_, translate) for form in forms}
    _spare_answers(folder, list(files))
    files[_RECORD] = _record(forms, folder)
    write_folder(folder, files, force=force)
    print_text(
        translate(
            "Wrote {count} {count:questionnaire|questionnaires} to {folder}. Put the files that come back "
            "into one folder, then: cxgraph check FOLDER",
            count=len(forms),
            folder=folder,
        )
    )


def _print_next(org: Path, answers: int, seed: int, options: dict[str, Any]) -> None:
    """Say what to ask next."""
    from cxgraph.ask.next_questions import find_next_questions
    from cxgraph.ask.next_text import render_next_questions
    from cxgraph.uncertainty.resampling import prepare_sampling

    organization = read_organization(org, options)
    translate = Translator(options.get("lang") or organization.settings.language)
    analysis = analyze_organization(organization, options)
    print_problems(organization.problems, translate, severities=("warning",))
    print_suppressed(organization, translate)
    cascade = analysis.cascade
    with stage(tr("Drawing the scores again ...")):
        found = find_next_questions(
            prepare_sampling(organization, cascade.scoring),
            cascade.transmission,
            answers=answers,
            stringency=cascade.stringency,
            scoring=cascade.scoring,
            calibration=analysis.estimated_draws(),
            seed=seed,
        )
    print_text(render_next_questions(found, organization, translate, cascade.scoring))


def _content(form: Form, format_: str, translate: Translator) -> bytes:
    """Return one form in one format."""
    if format_ == "html":
        from cxgraph.ask.web_form import web_form

        return web_form(form, translate).encode("utf-8")
    if format_ == "xlsform":
        from cxgraph.ask.xlsform import xlsform

        return xlsform(form, translate)
    from cxgraph.ask.workbook_form import workbook_form

    return workbook_form(form, translate)


def _name(form: Form, format_: str) -> str:
    return form.file_name + {"xlsx": ".xlsx", "html": ".html", "xlsform": ".xlsform.xlsx"}[format_]


def _versions(forms: Sequence[Form], folder: Path) -> tuple[Form, ...]:
    """Give each form the version that the folder's record asks for: the next one where its questions changed."""
    known = _known(folder)
    versions = []
    for form in forms:
        old = known.get(form.id, {})
        version = old.get("version", 0)
        same = old.get("digest") == form.digest()
        versions.append(form.in_version(version if same and version else version + 1))
    return tuple(versions)


def _known(folder: Path) -> dict[str, Any]:
    """Return the forms that were written to a folder before; none where there is no record that can be read."""
    try:
        content = json.loads((folder / _RECORD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    forms = content.get("forms") if isinstance(content, dict) else None
    if not isinstance(forms, dict):
        return {}
    return {
        key: entry
        for key, entry in forms.items()
        if isinstance(entry, dict) and type(entry.get("version")) is int and entry["version"] > 0
    }


def _record(forms: Sequence[Form], folder: Path) -> bytes:
    """Return the record of what was asked in which version; forms of another kind in the folder stay in it."""
    known = _known(folder)
    known |= {form.id: {"version": form.version, "digest": form.digest(), "file": form.file_name} for form in forms}
    return (json.dumps({"cxgraph_ask": 1, "forms": known}, indent=1, sort_keys=True) + "\n").encode()


def _spare_answers(folder: Path, names: Sequence[str]) -> None:
    """Refuse to write over a form that somebody has filled in, told or not."""
    from cxgraph.errors import OutputError
    from cxgraph.intake.forms.read import has_answers

    filled = [name for name in names if has_answers(folder / name)]
    if filled:
        raise OutputError(
            "{folder} holds forms that are filled in ({names}); they are never written over. Choose another folder "
            "with -o.",
            folder=str(folder),
            names=", ".join(filled[:4]),
        )
