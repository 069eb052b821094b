"""What the scripts of the interactive view say, in English; the page gets it in its reader's language.

Fields in braces are filled by the page's scripts.
"""

from __future__ import annotations

from cxgraph.wording import N_

FINDINGS = {
    "lacking": N_(
        "{name}: the customers' gap is {lacking} of what they expect, and {share} of it originates in {department}."
    ),
    "through": N_(
        "{name}: the customers' gap is {lacking} of what they expect; {share} of it originates in {department} and "
        "reaches them mostly through {last}."
    ),
    "sound": N_("{name}: nothing that its customers expect falls short."),
    "withheld": N_(
        "{name}: the customers' gap is {lacking} of what they expect; where it originates is suppressed, because "
        "too few people answered."
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
FILE_MARKS = {
    "whatIf": N_("what-if"),
    "assumed": N_("assumed"),
    "departments": N_("departments"),
    "services": N_("services"),
}
"""Parts of the names of saved files."""
TEXTS = {
    "tier": N_("Tier {number}"),
    "customers_gap": N_("Customers' gap: {share} of what they expect"),
    "points_less": N_("({points} points)"),
    "period_shown": N_("Scores of {period}, with the transmissions estimated from all periods together."),
    "assumed_all": N_("Assumed: {list}. The same answers are read in another way; nothing is repaired."),
    "assumed_transmission": N_("transmission of all departments {value}"),
    "assumed_stringency": N_("stringency: {value}"),
    "changed_title": N_("What changed since {period}"),
    "changed_gap": N_("The customers' gap went from {before} to {after} ({points} points). Where it originates:"),
    "changed_rest": N_("all others together"),
    "changed_sum": N_("together"),
    "changed_none": N_("Nothing changed."),
    "moved_title": N_("Since {period}"),
    "moved_real": N_(
        "What originates here changed by {points} points: a real change (interval of 90 %: {low} to {high})."
    ),
    "moved_noise": N_(
        "What originates here changed by {points} points: it may be noise (interval of 90 %: {low} to {high})."
    ),
    "moved_unknown": N_(
        "What originates here changed by {points} points: whether that is real or noise is not known, as nobody "
        "counted the answers."
    ),
    "moved_through": N_("Through the services that it gives the customers' gap changed by {points} points:"),
    "moved_own": N_("by their own scores"),
    "moved_passed": N_("by what it passes on of what it receives"),
    "moved_other": N_("by how much they matter to their clients, and by services new or gone"),
    "title_period": N_("{name}, {period}: the customers' gap is {gap} of what they expect."),
    "title_what_if": N_("What if: {what} → customers' gap {gap} ({points} points)"),
    "title_assumed": N_("Assumed: {assumed} → customers' gap {gap}"),
    "and_more": N_("{first}, and {count} more"),
    "and_more_lines": N_("and {count} more"),
    "change_all": N_("{name}, all services {part}"),
    "change_service": N_("{service}: {before} → {after}"),
    "change_transmission": N_("{name} lets through: {before} → {after}"),
    "more_in_table": N_("{count} more in the table."),
    "select_hint": N_(
        "Select a glass to see what it receives, where its gap originates and what it costs the customers."
    ),
    "receives": N_("Receives {share} of what it expects, from {count} {count:service|services}."),
    "receives_nothing": N_("Receives no scored service: whatever it fails to give originates in it."),
    "moves_customers": N_("Each point of gap that it receives can cost the customers {points} points."),
    "parts_title": N_("What it costs the customers"),
    "causes_share_of": N_("{share} of the customers' gap originates here."),
    "own": N_("originates here"),
    "inherited": N_("passed on from its suppliers"),
    "absorbed": N_("kept from its clients"),
    "points": N_("{points} points"),
    "causes_all": N_("Where the gap originates"),
    "causes_services": N_("Costliest services"),
    "causes_of": N_("Where the gap of {name} originates"),
    "causes_share": N_("These services hold {share} of it; the table lists the rest."),
    "lacks_nothing": N_("Nothing falls short."),
    "compared_title": N_("Selected departments"),
    "path_title": N_("Heaviest path: {from} → {to}"),
    "path_none": N_("Nothing of the gap of one of them reaches the other."),
    "given_title": N_("Services it gives"),
    "column_client": N_("Client"),
    "column_got": N_("Gets"),
    "column_verdict": N_("Diagnosis"),
    "column_costs": N_("Share of the gap"),
    "got_of": N_("{got} of {expected}"),
    "levers_of": N_("What if {name} …"),
    "levers_hint": N_("Select a department to try its services."),
    "levers_none": N_("It gives no scored service that could be tried."),
    "more_sliders": N_("{count} lighter {count:service has|services have} no slider."),
    "lever_all": N_("All its services"),
    "lever_all_note": N_("closes this part of the gap to what is expected"),
    "lever_transmission": N_("What it lets through"),
    "lever_service": N_("→ {client}"),
    "lever_transmission_all": N_("Transmission of all departments"),
    "lever_transmission_all_note": N_("how much of the gap that they receive can show up in what they give"),
    "lever_stringency": N_("Stringency"),
    "lever_stringency_note": N_("how clients feel several gaps"),
    "mean_of": N_("{value} on average"),
    "stringency_mean": N_("their average"),
    "stringency_worst": N_("the worst one"),
    "service_name": N_("{supplier} → {client}: {service}"),
    "service_unnamed": N_("service"),
    "others": N_("others ({count})"),
    "told_causes": N_("causes {share}"),
    "told_receives": N_("receives {share}"),
    "told_delivers": N_("delivers {share}"),
    "told_bears": N_("bears {share}"),
    "shown": N_(
        "Drawn: {departments} of {all} departments with a glass of their own and {services} of {every} services; "
        "{share} of the customers' gap originates in these services."
    ),
    "shown_others": N_("{count} {count:department shares a glass|departments share glasses}."),
    "loops_off": N_("{count} {count:service|services} within a tier or against the flow {count:is|are} off."),
    "ways_faded": N_("{count} lighter {count:service|services} on its paths {count:is|are} faded too."),
    "not_the_same": N_("This browser computes other numbers than the analysis did; nothing is shown."),
    "not_settled": N_(
        "With this change a loop passes on nearly everything and does not come to rest, so the numbers "
        "are still those before it. Lower the transmission."
    ),
    "scenario_name": N_("Scenario {letter}"),
    "scenario_rename": N_("Name of the scenario"),
    "scenario_gap": N_("Customers' gap {gap} ({points} points)"),
    "scenario_use": N_("Show"),
    "scenario_use_of": N_("Show {name}"),
    "scenario_save": N_("Save as file"),
    "scenario_save_of": N_("Save {name} as file"),
    "scenario_drop": N_("Remove"),
    "scenario_drop_of": N_("Remove {name}"),
    "said_none": N_("Nothing is selected."),
    "said_change": N_("The customers' gap was {before}, now {now}."),
    "said_glass": N_("{name}: {fill} of 100. {role}. {tier}. Causes {share} of the gap."),
    "said_service": N_("{service}. {got} of {expected}, {verdict}; {share} of the customers' gap originates here."),
    "said_end": N_("{name} serves nobody further down."),
    "said_start": N_("{name} has no supplier further up."),
    "said_hits": N_("{count} {count:department|departments} found."),
    "said_saved": N_("{file} was saved."),
    "said_undone": N_("The last step was undone."),
    "said_redone": N_("The step was done again."),
    "said_kept": N_("{name} is kept."),
    "tip_tier": N_("Tier"),
    "tip_role": N_("Role"),
    "tip_level": N_("Receives"),
    "tip_causes": N_("Causes, of the gap"),
    "tip_passes": N_("Passes on, of the gap"),
    "tip_data": N_("Data behind it"),
    "share_interval": N_("{share} (interval of 90 %: {low} to {high})"),
    "evidence_answers": N_("answers: {count}"),
    "evidence_sd": N_("standard deviation {sd}"),
    "said_shifted": N_("{name} was moved; its tier stays."),
    "said_unshifted": N_("All glasses are back where they were laid out."),
    "tip_answers_given": N_("Answers it gave"),
    "tip_note": N_("Note"),
    "tip_got": N_("Delivered"),
    "tip_bundle": N_("{count} {count:service|services}"),
    "table_departments": N_("Departments, by what originates there"),
    "table_services": N_("Services, by what they cost the customers"),
    "save_csv": N_("Save as CSV"),
    "rows_left": N_("The first {shown} are listed, by what they cost the customers; {count} more are not."),
    "column_department": N_("Department"),
    "column_tier": N_("Tier"),
    "column_role": N_("Role"),
    "column_fill": N_("Receives, of what it expects"),
    "column_fill_short": N_("Receives"),
    "column_change": N_("Change in points"),
    "column_starts": N_("Share of the gap that originates there"),
    "column_starts_short": N_("Causes"),
    "column_passes": N_("Share of the gap that it passes on"),
    "column_passes_short": N_("Passes on"),
    "column_supplier": N_("Supplier"),
    "column_service": N_("Service"),
    "column_expected": N_("Expected"),
    "column_own": N_("Own gap"),
    "column_inherited": N_("Inherited"),
    "present_step": N_("{step} of {all}"),
    "present_finding": N_("Customers: {customers}. The numbered services cost them most."),
    "present_cause": N_("Root cause {number}: {name}, {share} of the customers' gap"),
    "present_inherits": N_("Of the gap that reaches customers through it, {share} comes from its suppliers."),
    "present_plan": N_("What is being done: {count} open {count:action|actions}"),
}
"""What the scripts say."""
WITHHELD_TEXTS = {
    "withheld": N_("suppressed"),
    "withheld_department": N_(
        "What it receives and gives is suppressed: too few people answered for it, or for others that it could tell of."
    ),
    "withheld_causes": N_("Where it originates is suppressed: too few people answered."),
    "said_glass_withheld": N_("{name}: suppressed, too few people answered. {tier}."),
    "said_service_withheld": N_("{service}. Suppressed: too few people answered."),
}
"""What the scripts say besides where something is withheld."""
