"""The sentences of the questionnaires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    from cxgraph.ask.questions import Form

TITLES = {
    "relations": N_("Who serves whom: {name}"),
    "scores": N_("What you expect and what you receive: {name}"),
    "self_assessment": N_("How you see the services that you give: {name}"),
}
PURPOSES = {
    "relations": N_(
        "Tick the departments that serve you and those that you serve, and write what is exchanged. Your suppliers and "
        "clients are asked the same: where the answers differ, it is talked over with both."
    ),
    "scores": N_(
        "First say what level of each service you need; on the next page, what level you get. Answer for your work as "
        "a whole over the last months, not for one person or one day. Leave out what you cannot judge."
    ),
    "self_assessment": N_(
        "Say what level of each service your clients expect of you and what level you believe they get. Your answers "
        "are compared with theirs and never mixed with them. Leave out what you cannot judge."
    ),
}
PRIVACY = N_(
    "Nothing asks for your name. Answers are read together with those of others; please name nobody in the comment."
)
EXPECTATION = {
    "scores": N_("What level do you need? ({low} the lowest, {high} the highest)"),
    "self_assessment": N_("What level do your clients expect? ({low} the lowest, {high} the highest)"),
}
FULFILMENT = {
    "scores": N_("What level do you get? ({low} the lowest, {high} the highest)"),
    "self_assessment": N_("What level do your clients get? ({low} the lowest, {high} the highest)"),
}
IMPORTANCE = {
    "scores": N_("How much does it matter to your work? (1 little, 5 very much)"),
    "self_assessment": N_("How much does it matter to your clients? (1 little, 5 very much)"),
}
FROM = {"scores": N_("from {name}"), "self_assessment": N_("for {name}")}
STEPS = {"expectation": N_("Expected"), "fulfilment": N_("Received"), "importance": N_("Importance and comment")}
SIDES = {"supplier": N_("Who serves you"), "client": N_("Whom you serve")}
QUESTIONS = {
    "supplier": N_("Does it serve you?"),
    "client": N_("Do you serve it?"),
    "formal": N_("What is exchanged (products, data, tasks; several separated by ;)"),
    "relational": N_("Which care, attention or information between people"),
}
WORDS = {
    "yes": N_("yes"),
    "no": N_("no"),
    "unknown": N_("cannot say"),
    "service": N_("Service"),
    "supplier": N_("Given by"),
    "client": N_("Received by"),
    "department": N_("Department or customer"),
    "answer": N_("Your answer"),
    "comment": N_("What should be done first, in your words?"),
    "respondent": N_(
        "A code of your own, so that a second copy of your answers is recognised (no name; may stay empty)"
    ),
    "introduction": N_("Read first"),
    "fill": N_("Fill in the white cells of the sheets that follow, save the file and send it back as it is."),
    "next": N_("Next page"),
    "back": N_("Previous page"),
    "save_csv": N_("Save my answers (CSV)"),
    "save_json": N_("Save my answers (JSON)"),
    "send": N_("Send the file that was saved to whoever sent you this page."),
    "page": N_("Page {number} of {count}: {title}"),
    "answered": N_("{done} of {all} answered"),
    "draft": N_("A draft is kept in this browser."),
    "no_draft": N_("This browser keeps no draft: save before you close the page."),
    "forget": N_("Delete the draft"),
    "forgotten": N_("The draft is deleted."),
    "saved": N_("Saved as {file}; {missing} {missing:question is|questions are} left open."),
    "scripts": N_("This form needs scripts to save the answers; open it in a browser that allows them."),
}


def title(form: Form, translate: Translator) -> str:
    """Return the title of a form."""
    return translate(TITLES[form.what], name=form.department.name)


def level_question(form: Form, step: str, translate: Translator) -> str:
    """Return the question of one step of a form that asks for scores."""
    asked = {"expectation": EXPECTATION, "fulfilment": FULFILMENT, "importance": IMPORTANCE}[step][form.what]
    low, high = form.scale
    return translate(asked, low=f"{low:g}", high=f"{high:g}")
