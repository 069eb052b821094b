"""Every sentence of the interactive view, in English; the page gets them in its reader's language.

Fields in braces are filled by the page's scripts.
"""

from __future__ import annotations

from cxgraph.wording import N_

FINDINGS = {
    "lacking": N_("{name}: customers lack {lacking} of what they expect, and {share} of that starts in {department}."),
    "sound": N_("{name}: nothing that its customers expect falls short."),
    "withheld": N_(
        "{name}: customers lack {lacking} of what they expect; where it starts is withheld, because too few "
        "people answered."
    ),
}
VERDICT_TEXTS = (
    N_("under-delivering"),
    N_("starved"),
    N_("expectation out of line"),
    N_("over-served"),
    N_("met"),
    N_("undecided"),
)
ROLE_TEXTS = (N_("customer"), N_("source"), N_("conduit"), N_("shield"), N_("receiver"), N_("sound"))
ORIGIN_TEXTS = {
    "tier": N_("Tier {number}"),
    "chosen": N_("chosen for this analysis"),
    "stated": N_("stated by the organisation"),
    "one wave": N_("estimated from one wave of scores"),
    "combined": N_("estimated from one wave with periods or cases"),
    "assumed": N_("assumed: no scores bear on it"),
}
"""Where a department's transmission comes from."""
KINDS = {
    "internal": N_("internal department"),
    "external_customer": N_("external customer"),
    "external_supplier": N_("external supplier"),
}
TEXTS = {
    "tier": N_("Tier {number}"),
    "customers_lack": N_("Customers lack {share} of what they expect"),
    "points_less": N_("({points} points)"),
    "more_in_table": N_("{count} more in the table."),
    "select_hint": N_("Select a glass to see what it lacks, where that starts and what it does to the customers."),
    "receives": N_("Receives {share} of what it expects, from {count} services."),
    "receives_nothing": N_("Receives no scored service: whatever it fails to give starts with it."),
    "moves_customers": N_("Each point that it lacks can cost the customers {points} points."),
    "parts_title": N_("What it does to the customers"),
    "own": N_("starts here"),
    "inherited": N_("came down from its suppliers"),
    "absorbed": N_("shielded its clients from"),
    "points": N_("{points} points"),
    "causes_all": N_("Where it starts"),
    "causes_of": N_("Where what {name} lacks starts"),
    "causes_share": N_("These hold {share} of it; the table lists the rest."),
    "lacks_nothing": N_("Nothing falls short."),
    "given_title": N_("Services it gives"),
    "column_client": N_("Client"),
    "column_got": N_("Gets"),
    "column_verdict": N_("Verdict"),
    "column_costs": N_("Costs"),
    "got_of": N_("{got} of {expected}"),
    "levers_of": N_("What if {name} …"),
    "levers_hint": N_("Select a department to try its services."),
    "levers_none": N_("It gives no scored service that could be tried."),
    "more_sliders": N_("{count} lighter services have no slider."),
    "lever_all": N_("All its services"),
    "lever_all_note": N_("part of the way to what is expected"),
    "lever_transmission": N_("Its transmission"),
    "lever_service": N_("→ {client}"),
    "lever_transmission_all": N_("Transmission of all departments"),
    "lever_transmission_all_note": N_("how much of what they lack can show up in what they give"),
    "lever_stringency": N_("Stringency"),
    "lever_stringency_note": N_("how clients feel several shortfalls"),
    "mean_of": N_("{value} on average"),
    "stringency_mean": N_("their average"),
    "stringency_worst": N_("the worst one"),
    "service_name": N_("{supplier} → {client}: {service}"),
    "shown": N_(
        "Drawn: {departments} of {all} departments and {services} of {every} services; {share} of what "
        "customers lack starts in these services."
    ),
    "loops_off": N_("{count} services within a tier or against the flow are off."),
    "ways_faded": N_("{count} lighter services on its ways are faded too."),
    "not_the_same": N_("This browser computes other numbers than the analysis did; nothing is shown."),
    "not_settled": N_(
        "With this change a loop passes on nearly everything and does not come to rest, so the numbers "
        "are still those before it. Lower the transmission."
    ),
    "said_none": N_("Nothing is selected."),
    "said_change": N_("Customers lacked {before}, now {now}."),
    "said_glass": N_("{name}: {fill} of 100. {role}. {tier}."),
    "said_service": N_("{service}. {got} of {expected}, {verdict}; {share} of what customers lack starts here."),
    "said_end": N_("{name} serves nobody further down."),
    "said_start": N_("{name} has no supplier further up."),
    "said_hits": N_("{count} departments found."),
    "said_saved": N_("{file} was saved."),
    "table_departments": N_("Departments, by what starts there"),
    "table_services": N_("Services, by what they cost the customers"),
    "column_department": N_("Department"),
    "column_tier": N_("Tier"),
    "column_role": N_("Role"),
    "column_fill": N_("Receives, of what it expects"),
    "column_change": N_("Change in points"),
    "column_starts": N_("Share that starts there"),
    "column_passes": N_("Share that comes through it"),
    "column_supplier": N_("Supplier"),
    "column_service": N_("Service"),
    "column_expected": N_("Expected"),
    "column_own": N_("Own shortfall"),
    "column_inherited": N_("Inherited"),
}
"""What the scripts say."""
WITHHELD_TEXTS = {
    "tier": N_("Tier {number}"),
    "withheld": N_("withheld"),
    "withheld_department": N_(
        "What it receives and gives is withheld: too few people answered for it, or for others that it could tell of."
    ),
    "withheld_causes": N_("Where it starts is withheld: too few people answered."),
    "said_glass_withheld": N_("{name}: withheld, too few people answered. {tier}."),
    "said_service_withheld": N_("{service}. Withheld: too few people answered."),
}
"""What the scripts say besides where something is withheld."""
WITHHELD_LEGEND = N_("?: withheld, and so are dotted streams.")
PAGE = {
    "how": N_(
        "A glass is a department: gold is what it gets of what it expects (0–100). A stream is a service, from "
        "supplier to client. Select a glass to follow it down to the customers."
    ),
    "skip": N_("Skip to the results"),
    "tools": N_("Tools"),
    "find": N_("Find"),
    "hits": N_("Departments found"),
    "shortfall": N_("Shortfall ≥"),
    "kind": N_("Kind"),
    "every_kind": N_("all services"),
    "formal": N_("formal"),
    "relational": N_("relational"),
    "division": N_("Division"),
    "every_division": N_("all"),
    "extent": N_("Picture"),
    "extent_main": N_("main departments ({count})"),
    "extent_all": N_("all departments ({count})"),
    "loops": N_("Loops ({count})"),
    "fit": N_("Fit"),
    "unselect": N_("Clear"),
    "dark": N_("Dark"),
    "table": N_("Table"),
    "png": N_("PNG"),
    "svg": N_("SVG"),
    "picture": N_("The tower of departments"),
    "keyboard": N_(
        "Arrow down follows a service to a client, arrow up to a supplier; arrows left and right take the "
        "next one. Enter selects, Escape leaves, plus and minus zoom, 0 fits everything."
    ),
    "results": N_("Results"),
    "customers": N_("Customers"),
    "what_if": N_("What if"),
    "reset": N_("Reset what-if"),
    "table_title": N_("The same as a table"),
    "legend": N_("Legend"),
    "legend_received": N_("Delivered of what is expected:"),
    "legend_width": N_(
        "Pale width: expected; coloured inside: delivered. Thin dashed: loops and services within a "
        "tier. Numbers: where most of it starts."
    ),
    "no_script": N_("This view needs JavaScript, which is switched off. Where the customers' disappointment starts:"),
    "department": N_("Department"),
    "share": N_("Share"),
    "service": N_("Main service"),
    "way": N_("Way to the customers"),
}
"""What the page says before any script runs."""
BINS = (N_("severe < 55 %"), N_("poor 55–70 %"), N_("short 70–85 %"), N_("near 85–100 %"), N_("met ≥ 100 %"))
