"""What the page of the interactive view says before any script runs, in English."""

from __future__ import annotations

from cxgraph.wording import N_

WITHHELD_LEGEND = N_("?: suppressed, and so are dotted flows.")
PAGE = {
    "how": N_(
        "Gold and number: what a department receives of what it expects. Dark layer: what originates there. Flow: a "
        "service, as wide as the part of the customers' gap that comes through it."
    ),
    "skip": N_("Skip to the results"),
    "tools": N_("Tools"),
    "drawer": N_("Find and filter"),
    "find": N_("Find"),
    "hits": N_("Departments found"),
    "shortfall": N_("Gap ≥"),
    "kind": N_("Kind"),
    "every_kind": N_("all services"),
    "formal": N_("formal"),
    "relational": N_("relational"),
    "division": N_("Division"),
    "every": N_("any"),
    "tier": N_("Tier"),
    "customer": N_("Customer"),
    "period": N_("Period"),
    "differences": N_("Mark glasses fuller or emptier than the period before"),
    "period_analysed": N_("analysed"),
    "extent": N_("Picture"),
    "extent_main": N_("main departments ({count})"),
    "extent_all": N_("all departments ({count})"),
    "loops": N_("Loops ({count})"),
    "fit": N_("Fit"),
    "unselect": N_("Clear"),
    "unshift": N_("Glasses back"),
    "dark": N_("Dark"),
    "table": N_("Table"),
    "png": N_("PNG"),
    "svg": N_("SVG"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
    "present": N_("Present"),
    "save_page": N_("Save page"),
    "picture": N_("The tower of departments"),
    "keyboard": N_(
        "Arrow down follows a service to a client, arrow up to a supplier; left and right take the next one. Enter "
        "selects, Shift and Enter select one more, Shift and left or right move the glass, Escape leaves, plus and "
        "minus zoom, 0 fits everything."
    ),
    "results": N_("Results"),
    "customers": N_("Customers"),
    "repairs": N_("Repairs: what if"),
    "assumptions": N_("Assumptions"),
    "assumptions_note": N_(
        "Another reading of the same answers, as --transmission and --stringency of the command line give it. "
        "Nothing is gained or lost by it."
    ),
    "reset": N_("Back to today"),
    "keep": N_("Keep as scenario"),
    "kept": N_("Scenarios side by side (3 at most)"),
    "note": N_("Note on this department"),
    "note_hint": N_("Notes stand in the page that is saved, not in the address."),
    "table_title": N_("The same as a table"),
    "legend": N_("Legend"),
    "legend_received": N_("Delivered of what is expected (press to filter):"),
    "legend_width": N_(
        "Width: the part of the customers' gap that comes through a service. Numbers: the services that cost them "
        "most. Thin dashed: loops and services within a tier."
    ),
    "no_script": N_("This view needs JavaScript, which is switched off. Where the customers' gap originates:"),
    "department": N_("Department"),
    "share": N_("Share"),
    "service": N_("Main service"),
    "way": N_("Path to the customers"),
    "presentation": N_("Presentation"),
    "back": N_("Back"),
    "next": N_("Next"),
    "end": N_("End"),
}
"""Labels, buttons and explanations."""
