"""The report as a document: sections of paragraphs, tables and figures in the reader's language, in no format yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import cxgraph
from cxgraph.report.summary import (
    ADVICE,
    KIND_WORDS,
    ROLE_WORDS,
    VERDICT_WORDS,
    bottleneck_sentence,
    dependence_sentence,
    headline,
    transmission_sentence,
)
from cxgraph.wording import N_, Speaker

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.analysis import Analysis

SHOWN_SERVICES = 60
"""Rows of long tables in the document; the CSV beside it holds all of them, and the document says so."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a few; `tone` is ``plain``, ``key`` (the finding) or ``small``."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Listing:
    """Sentences one below the other, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: headings, cells as text, which columns are numbers, and fractions to shade (or None)."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    shades: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as SVG text, with the words for those who do not see it."""

    svg: str
    words: str


Block: TypeAlias = Paragraph | Listing | Grid | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its anchor and blocks."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class _Field:
    """How one column of a frame becomes a column of a grid."""

    name: str
    heading: str
    write: Callable[[Any], str]
    numeric: bool


def build_document(analysis: Analysis, say: Speaker, pictures: Mapping[str, Picture], command: str) -> Document:
    """Write the report of an analysis, format not yet decided.

    Parameters
    ----------
    analysis : Analysis
        Any.
    say : Speaker
        Language and decimal mark.
    pictures : mapping of str to Picture
        Figures by name: ``tower``, ``causes``, ``quadrant``, ``matrix``; each goes to its section.
    command : str
        The command line that repeats the report.

    Returns
    -------
    Document
        The finding first, provenance last.
    """
    writer = _Writer(analysis, say)
    sections = [
        Section("finding", say("The finding"), (*writer.finding(), *_shown(pictures, "tower"))),
        Section("customers", say("Customers"), writer.customers()),
        Section("departments", say("Where it starts: departments"),
                (*_shown(pictures, "causes"), *writer.departments(), *_shown(pictures, "matrix"))),
        Section("services", say("Services and verdicts"),
                (*_shown(pictures, "quadrant"), *writer.services())),
        Section("transmission", say("What the ranking hangs on"), writer.dependence()),
        Section("data", say("Data: what was read, used and left out"), writer.data()),
        Section("method", say("Method and limits"), writer.method()),
        Section("provenance", say("Provenance"), writer.provenance(command)),
    ]
    subtitle = say("Where the disappointment of the customers starts, and along which way it reaches them.")
    return Document(say.language, analysis.organization.name, subtitle, tuple(sections))


def _shown(pictures: Mapping[str, Picture], name: str) -> tuple[Picture, ...]:
    return (pictures[name],) if name in pictures else ()


class _Writer:
    """Writes the sections of one analysis in one language."""

    def __init__(self, analysis: Analysis, say: Speaker) -> None:
        self.analysis = analysis
        self.say = say
        table = analysis.organization.departments
        self.names = dict(zip(table["id"], table["name"], strict=True))

    def _grid(self, caption: str, frame: pd.DataFrame, fields: Sequence[_Field], shade: str | None = None) -> Grid:
        columns = [[column.write(value) for value in frame[column.name]] for column in fields]
        shades = tuple(float(value) for value in frame[shade]) if shade else ()
        return Grid(caption, tuple(column.heading for column in fields),
                    tuple(zip(*columns, strict=True)), tuple(column.numeric for column in fields), shades)

    def _points(self, name: str, heading: str) -> _Field:
        return _Field(name, heading, self._percent, True)

    def _percent(self, value: float) -> str:
        return "–" if math.isnan(value) else self.say.percent(value)

    def _score(self, value: float) -> str:
        return "–" if math.isnan(value) else self.say.number(value, 2)

    def _name(self, value: str) -> str:
        return str(self.names.get(value, value))

    def _words(self, words: Mapping[str, str]) -> Callable[[str], str]:
        return lambda value: self.say(words[value])

    def finding(self) -> tuple[Block, ...]:
        """Write the sentence, the three causes with what to do, and what it rests on."""
        say, analysis = self.say, self.analysis
        blocks: list[Block] = [Paragraph(headline(analysis, say), "key")]
        table = analysis.bottlenecks(3)
        if len(table):
            causes = [f"{bottleneck_sentence(row, say)} {say(ADVICE[row['verdict']])}" for _, row in table.iterrows()]
            blocks.append(Listing(tuple(causes), numbered=True))
            blocks.append(Paragraph(say("Together they cause {share} of what the customers lack.",
                                        share=say.percent(float(table["cumulative"].iloc[-1])))))
        blocks.append(Paragraph(self._rests_on()))
        blocks.append(Paragraph(f"{transmission_sentence(analysis, say)} {dependence_sentence(analysis, say)}"))
        return tuple(blocks)

    def _rests_on(self) -> str:
        say, analysis = self.say, self.analysis
        network = analysis.cascade.network
        scored = analysis.organization.services["responses"][analysis.organization.scored(analysis.cascade.scoring)]
        base = say("It rests on {services} scored services between {departments} departments, customers and suppliers",
                   services=say.number(network.services), departments=say.number(network.departments))
        if scored.isna().all():
            return base + say("; how many people answered is not recorded, so no margin of error can be given.")
        few = int((scored < analysis.organization.settings.min_responses).sum())
        return base + say(" and {answers} answers; {few} services have fewer than {least}, too few to judge one by one.",
                          answers=say.number(float(scored.sum())), few=say.number(few),
                          least=analysis.organization.settings.min_responses)

    def customers(self) -> tuple[Block, ...]:
        """Write what each customer lacks."""
        say = self.say
        fields = (_Field("name", say("customer"), str, False),
                  self._points("weight", say("share of the business")), self._points("shortfall", say("lacks")),
                  self._points("share", say("share of all that is lacking")),
                  _Field("services", say("services received"), say.number, True))
        return (Paragraph(say("What customers lack is the part of their expectations that is not met, weighted by how "
                              "much each service matters to them.")),
                self._grid(say("Customers"), self.analysis.customers(), fields, "share"))

    def departments(self) -> tuple[Block, ...]:
        """Write what starts at each department and what it passes on."""
        say = self.say
        table = self.analysis.departments()
        table = table[table["role"] != "customer"]
        fields = (_Field("name", say("department"), str, False),
                  _Field("kind", say("kind"), self._words(KIND_WORDS), False),
                  self._points("received", say("lacks itself")), self._points("contribution", say("causes (points)")),
                  self._points("share", say("share of all that is lacking")),
                  self._points("passed_on", say("passes on (points)")),
                  self._points("through_flow", say("both (points)")), self._points("reach", say("reach")),
                  _Field("role", say("role"), self._words(ROLE_WORDS), False))
        blocks: list[Block] = [Paragraph(say(
            "Causes: what starts here. Passes on: what reaches the customers through it and started elsewhere. Both "
            "together are what the customers would be spared if it neither failed nor passed anything on. Reach: what "
            "customers lose for each point that the department lacks."))]
        shown = table.head(SHOWN_SERVICES)
        blocks.append(self._grid(say("Departments"), shown, fields, "share"))
        return (*blocks, *self._rest(len(table), len(shown), "departments.csv"))

    def services(self) -> tuple[Block, ...]:
        """Write each service with its split and verdict."""
        say = self.say
        table = self.analysis.services()
        shown = table.head(SHOWN_SERVICES)
        fields = (_Field("supplier", say("supplier"), self._name, False),
                  _Field("client", say("client"), self._name, False), _Field("service", say("service"), str, False),
                  _Field("expectation", say("expected"), self._score, True),
                  _Field("fulfilment", say("received"), self._score, True),
                  self._points("shortfall", say("shortfall")), self._points("inherited", say("inherited")),
                  self._points("own", say("own")), self._points("absorbed", say("absorbed")),
                  self._points("reach", say("reach")), self._points("share", say("share of all that is lacking")),
                  _Field("verdict", say("verdict"), self._words(VERDICT_WORDS), False))
        blocks: list[Block] = [Paragraph(say(
            "A shortfall is split into what came down to the supplier from its own suppliers (inherited) and what "
            "starts here (own). Absorbed is what the supplier could have passed on and did not."))]
        blocks.append(self._grid(say("Services, the costliest for the customers first"), shown, fields, "share"))
        return (*blocks, *self._rest(len(table), len(shown), "services.csv"), *self._out_of_line())

    def _out_of_line(self) -> tuple[Block, ...]:
        """Say which expectations stand out, and from what."""
        say, test, network = self.say, self.analysis.expectations, self.analysis.cascade.network
        rows = self.analysis.organization.services[self.analysis.organization.scored(self.analysis.cascade.scoring)]
        found = [say("{client} expects {expected} of “{service}” by {supplier}; its {others} other clients expect "
                     "{mean} on average.", client=self._name(str(rows["client"].iat[edge])),
                     expected=say.number(float(network.expectation[edge]), 2), service=rows["service"].iat[edge],
                     supplier=self._name(str(rows["supplier"].iat[edge])), others=int(test.others[edge]),
                     mean=say.number(float(test.others_mean[edge]), 2))
                 for edge in test.out_of_line.nonzero()[0][:20]]
        if not found:
            return ()
        return (Paragraph(say("Expectations out of line:")), Listing(tuple(found)))

    def _rest(self, total: int, shown: int, file: str) -> tuple[Block, ...]:
        if total <= shown:
            return ()
        return (Paragraph(self.say("The first {shown} of {total}; all of them are in {file}.",
                                   shown=self.say.number(shown), total=self.say.number(total), file=file), "small"),)

    def dependence(self) -> tuple[Block, ...]:
        """Write the ranking at several transmissions."""
        say = self.say
        table = self.analysis.leaders(5)
        fields = (_Field("transmission", say("transmission"), lambda value: say.number(value, 1), True),
                  _Field("rank", say("place"), say.number, True),
                  _Field("name", say("department"), str, False),
                  self._points("share", say("share of all that is lacking")))
        text = say("Transmission is how much of what a department lacks can show up in what it delivers. At 0 every "
                   "shortfall is its supplier's own; the nearer to 1, the more is traced back. What was used here: "
                   "{used}", used=transmission_sentence(self.analysis, say))
        return (Paragraph(text), Paragraph(dependence_sentence(self.analysis, say)),
                self._grid(say("First places at one transmission for all departments"), table, fields, "share"))

    def data(self) -> tuple[Block, ...]:
        """Write what became of every row and what was doubtful."""
        say, organization = self.say, self.analysis.organization
        rows = organization.rows
        blocks: list[Block] = [Paragraph(say(
            "Rows read {read} = used {used} + merged {merged} + set aside {aside}.", read=say.number(rows.read),
            used=say.number(rows.used), merged=say.number(rows.merged), aside=say.number(len(rows.set_aside))))]
        reasons = [say("set aside, {reason}: {count} (lines {lines})", reason=say(str(reason)),
                       count=say.number(len(group)),
                       lines=", ".join(str(line) for line in group["line"].head(20))
                       + (f" (+{len(group) - 20})" if len(group) > 20 else ""))
                   for reason, group in rows.set_aside.groupby("reason")]
        problems = [f"{say(problem.severity)}: {problem.render(say)}"
                    for problem in (*organization.problems, *self.analysis.notes)]
        for items in (reasons, problems[:100]):
            if items:
                blocks.append(Listing(tuple(items)))
        if len(problems) > 100:
            blocks.append(Paragraph(say("... and {count} more.", count=len(problems) - 100), "small"))
        blocks.append(Paragraph(say("Nothing was imputed: a service without a score is left out and listed.")))
        return tuple(blocks)

    def method(self) -> tuple[Block, ...]:
        """Write the method in short, with its limits and its accuracy."""
        say, cascade = self.say, self.analysis.cascade
        return (Listing((
            say("Shortfall of a service: the fraction of the client's expectation that is not met (scoring: "
                "{scoring}).", scoring=cascade.scoring),
            say("What a department lacks: its services' shortfalls, weighted by their importance to it (stringency "
                "{stringency}: 1 is their average, ∞ the worst one).",
                stringency="∞" if math.isinf(cascade.stringency) else say.number(cascade.stringency, 2)),
            say("Inherited: at most the transmission times what the supplier lacks itself; the rest is its own."),
            say("Contribution: own shortfall times reach, the customers' loss per unit. Contributions add up to all "
                "that customers lack; here to a relative {balance}.", balance=f"{abs(cascade.balance):.0e}"),
            say("Loops are followed to the end: the solution is certified to an error of at most {bound}.",
                bound=f"{cascade.certificate.error_bound:.0e}"),
        )), Paragraph(say("The scores show what happens together, not what causes what: a shortfall that a department "
                          "shares with its suppliers is read as inherited up to its transmission. Check the first "
                          "causes on the ground before acting.")))

    def provenance(self, command: str) -> tuple[Block, ...]:
        """Write inputs, versions, parameters and the command that repeats it."""
        say, organization = self.say, self.analysis.organization
        settings = organization.settings
        hashes = tuple((source.name, say.number(source.bytes), source.sha256) for source in organization.sources)
        blocks: list[Block] = []
        if hashes:
            blocks.append(Grid(say("Files read"), (say("file"), say("bytes"), "SHA-256"), hashes,
                               (False, True, False)))
        facts = (
            say("cxgraph {version}", version=cxgraph.__version__),
            say("Scale {low} to {high}; scoring {scoring}; stringency {stringency}.",
                low=say.number(settings.scale[0], 0), high=say.number(settings.scale[1], 0),
                scoring=self.analysis.cascade.scoring, stringency=f"{self.analysis.cascade.stringency:g}"),
            transmission_sentence(self.analysis, say),
            say("Period: {period}", period=settings.period or say("none")),
            say("To repeat it: {command}", command=command),
        )
        return (*blocks, Listing(facts))


SEVERITY_WORDS = (N_("error"), N_("warning"), N_("note"))
"""Said in the list of problems through a variable, so the catalogues must find them here."""
