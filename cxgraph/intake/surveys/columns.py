"""Where the columns are that the options of ``import-survey`` name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cxgraph.intake.exports.sheet import find_column
from cxgraph.intake.surveys.layout import Layout
from cxgraph.intake.surveys.mapping import Places, SurveyMapping, match_pattern, pair_runs, refuse_personal
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_QUESTIONS = ("expectation", "fulfilment", "importance")


@dataclass(frozen=True, eq=False)
class Found:
    """Where everything is.

    Attributes
    ----------
    single : mapping of str to int
        Columns by option.
    questions : mapping of str to mapping
        ``expectation``, ``fulfilment``, ``importance``: the column of each supplier.
    services : mapping of str to int or None
        Columns of the services' names by supplier, where there is one for each.
    constant : str or None
        The client of all answers, where no column names it.
    """

    single: Mapping[str, int]
    questions: Mapping[str, Places]
    services: Places | None
    constant: str | None

    def question_places(self) -> list[int]:
        """Return the columns of all questions."""
        places = [place for question in self.questions.values() for place in question.values()]
        return places + list((self.services or {}).values())


class Finder:
    """Finds the columns that a mapping names.

    Parameters
    ----------
    file : str
        Name shown in messages.
    layout : Layout
        Header of the export.
    mapping : SurveyMapping
        What is wanted.
    log : ProblemLog
        Takes columns that are not there, that hold personal data or that are named twice.
    """

    def __init__(self, file: str, layout: Layout, mapping: SurveyMapping, log: ProblemLog) -> None:
        self.file, self.layout, self.mapping, self.log = file, layout, mapping, log

    def find(self) -> Found | None:
        """Return where everything is; None where anything is wrong."""
        mapping, told = self.mapping, len(self.log.problems)
        constant = mapping.client[1:].strip() if mapping.client.startswith("=") else None
        single = {
            "--client": None if constant else self._column(mapping.client, "--client"),
            "--respondent": self._column(mapping.respondent, "--respondent"),
            "--date": self._column(mapping.date, "--date"),
        }
        services = None
        if mapping.service is not None and self._is_pattern(mapping.service):
            services = self._match(mapping.service, "--service")
        else:
            single["--service"] = self._column(mapping.service, "--service")
        questions: dict[str, Places] = {}
        first: Places = {}
        for question in _QUESTIONS:
            pattern = getattr(mapping, question)
            if pattern is None:
                continue
            places = self._match(pattern, f"--{question}")
            if first:
                places = pair_runs(first, places, self.log, file=self.file, option=f"--{question}")
            first = first or places
            questions[question] = places
        if services is not None and first:
            services = pair_runs(first, services, self.log, file=self.file, option="--service")
        found = {option: place for option, place in single.items() if place is not None}
        self._check(found, questions)
        if any(problem.severity == "error" for problem in self.log.problems[told:]):
            return None
        return Found(found, questions, services, constant)

    def _column(self, wanted: str | None, option: str) -> int | None:
        if wanted is None:
            return None
        return find_column(wanted, self.layout.names, self.log, file=self.file, option=option)

    def _is_pattern(self, text: str) -> bool:
        quiet = ProblemLog()
        return find_column(text, self.layout.names, quiet, file="", option="") is None and ("*" in text or ":" in text)

    def _match(self, pattern: str, option: str) -> Places:
        return match_pattern(pattern, self.layout.names, self.log, file=self.file, option=option)

    def _check(self, single: Mapping[str, int], questions: Mapping[str, Places]) -> None:
        shown = [(option, place) for option, place in single.items() if option in ("--client", "--service")]
        shown += [(f"--{question}", place) for question, places in questions.items() for place in places.values()]
        refuse_personal(shown, self.layout.names, self.log, self.file)
        seen: dict[int, str] = dict(zip(single.values(), single, strict=True))
        for question, places in questions.items():
            for place in places.values():
                other = seen.setdefault(place, f"--{question}")
                if other != f"--{question}":
                    self.log.add(
                        "error",
                        "column-twice",
                        N_("Column {number} is named by {one} and by {other}."),
                        N_("Each column answers one question: make the patterns longer."),
                        file=self.file,
                        number=place + 1,
                        one=other,
                        other=f"--{question}",
                    )
                    return
