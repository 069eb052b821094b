"""``cxgraph loops``: the circles of departments that serve each other, and where to cut them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cxgraph.cli.language import tr
from cxgraph.cli.options import method_options, organization_argument, reading_options
from cxgraph.cli.pipeline import Printed, format_option, open_analysis, print_result, top_option
from cxgraph.cli.runtime import guarded


@click.command(
    "loops",
    help=tr(
        "Show the feedback loops of ORG, where departments serve each other: how much each amplifies a fault, and "
        "which service to cut or improve first."
    ),
)
@organization_argument
@top_option(20)
@format_option
@method_options
@reading_options
@guarded
def command(org: Path, top: int, form: str, **options: Any) -> None:
    """Read, analyse, print the loops on stdout."""
    from cxgraph.privacy.gate import publishable, shown_loops
    from cxgraph.reporting.formats.export import plain_records
    from cxgraph.reporting.text import loops_text

    opened = open_analysis(org, options)
    frame = shown_loops(publishable(opened.analysis), opened.analysis.loops(top))

    def loops() -> list[dict[str, Any]]:
        records = plain_records(frame.drop(columns="members"))
        return [{**record, "members": list(ids)} for record, ids in zip(records, frame["members"], strict=True)]

    result = Printed(
        text=lambda: loops_text(opened.analysis, frame, opened.translate),
        table=lambda: frame.assign(members=[" ".join(ids) for ids in frame["members"]]),
        record=lambda note: {"found": frame.attrs["found"], **note, "loops": loops()},
    )
    print_result(form, opened.organization, opened.translate, result)
