"""From the columns of a survey export to answers, with an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.intake.exports.persons import masked, pseudonyms
from cxgraph.intake.exports.sheet import Columns, Sheet, comparable
from cxgraph.intake.exports.times import Moments, read_moments
from cxgraph.intake.surveys.columns import Found
from cxgraph.intake.surveys.layout import Layout
from cxgraph.intake.surveys.mapping import SurveyMapping
from cxgraph.intake.surveys.scores import ScoreReader, ScoreRules
from cxgraph.model.arrays import Floats
from cxgraph.tables.headers import closest_word
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

NO_CLIENT = N_("the client's cell is empty")
NO_SCORES = N_("no question about a supplier is answered")
_NOBODY = frozenset(("", "anonymous", "anonimo", "anonima", "n_a"))
_NO_DATE = np.datetime64("1980-01-01")  # what LimeSurvey writes where answers are anonymous
_WIDTHS = {"year": 4, "month": 7}


@dataclass(frozen=True, eq=False)
class SurveyImport:
    """Answers out of a survey export.

    Attributes
    ----------
    responses : DataFrame
        A row for each respondent and supplier with at least one score; ``date``, ``respondent``, ``supplier``,
        ``client``, ``service``, ``expectation``, ``fulfilment``, ``importance``, ``source`` and ``period``, those that
        are known. The order of the export's rows changes nothing.
    lines : int array, shape (answers,)
        Line of the export that each comes from.
    tool : str
        Name of the tool, empty where it was not recognised.
    rows : int
        Rows of the export after its header.
    respondents : int
        Different respondents among the answers.
    aside : mapping of str to list of int
        Lines of the rows that are no answers, by reason.
    """

    responses: pd.DataFrame
    lines: npt.NDArray[np.int64]
    tool: str
    rows: int
    respondents: int
    aside: Mapping[str, list[int]]


class Answers:
    """Turns the columns of a survey into answers.

    Parameters
    ----------
    sheet : Sheet
        The export.
    layout, mapping, found
        Its header, what is wanted, and where it is.
    columns : Columns
        The columns that are used, without the header's further rows.
    log : ProblemLog
        Takes words without a score, dates that cannot be read, names that are not used.
    """

    def __init__(
        self,
        sheet: Sheet,
        layout: Layout,
        mapping: SurveyMapping,
        found: Found,
        columns: Columns,
        log: ProblemLog,
    ) -> None:
        self.sheet, self.layout, self.mapping = sheet, layout, mapping
        self.found, self.columns, self.log = found, columns, log
        self.file = sheet.file
        self.names = {comparable(code): name for code, name in mapping.names.items()}
        self.named: set[str] = set()

    def result(self) -> SurveyImport:
        """Return the answers, and what became of every row."""
        aside: dict[str, list[int]] = {}
        used = self._set_aside(aside)
        client = self._client()
        blank = used & np.asarray([not name for name in client], bool)
        self._put_aside(aside, NO_CLIENT, blank)
        used &= ~blank
        scores = self._scores(used)
        suppliers = list(dict.fromkeys(name for question in scores.values() for name in question))
        stated = {name: self._stated(scores, name) & used for name in suppliers}
        silent = used & ~np.any([*stated.values()], axis=0) if stated else used
        self._put_aside(aside, NO_SCORES, silent)
        days = self._days()
        respondent = self._respondents(client, scores, days, used & ~silent)
        rows = [(row, name) for name in suppliers for row in np.flatnonzero(stated[name]).tolist()]
        order = {name: number for number, name in enumerate(suppliers)}
        rows.sort(key=lambda pair: (respondent[pair[0]], client[pair[0]], days[pair[0]], order[pair[1]]))
        frame = self._frame(rows, client, scores, days, respondent)
        self._report_names()
        lines = self.columns.lines[[row for row, _ in rows]]
        people = len({respondent[row] for row, _ in rows})
        return SurveyImport(frame, lines, self.layout.tool.name, len(self.columns), people, aside)

    def _set_aside(self, aside: dict[str, list[int]]) -> npt.NDArray[np.bool_]:
        """Take out the rows that the tool marks as no answers, each for the first reason that fits."""
        used = np.ones(len(self.columns), bool)
        for rule in self.layout.tool.asides:
            place = self.layout.roles.get(rule.role)
            if place is None:
                continue
            cells = self.columns.cells[place]
            fits = np.asarray([fold(str(text)) in rule.words for text in cells.categories] + [False], bool)
            here = used & fits[np.asarray(cells.codes)]
            self._put_aside(aside, rule.reason, here)
            used &= ~here
        return used

    def _put_aside(self, aside: dict[str, list[int]], reason: str, rows: npt.NDArray[np.bool_]) -> None:
        if rows.any():
            aside.setdefault(reason, []).extend(self.columns.lines[rows].tolist())

    def _texts(self, place: int) -> list[str]:
        cells = self.columns.cells[place]
        tidied = [" ".join(str(text).split()) for text in cells.categories]
        return [tidied[code] for code in np.asarray(cells.codes)]

    def _name(self, code: str) -> str:
        word = comparable(code)
        if word in self.names:
            self.named.add(word)
            return self.names[word]
        return code

    def _client(self) -> list[str]:
        if self.found.constant:
            return [self.found.constant] * len(self.columns)
        place = self.found.single["--client"]
        texts = self._texts(place)
        codes = list(dict.fromkeys(texts))
        shown, hidden = pseudonyms(codes, "", "Client")
        if hidden:
            self.log.add(
                "warning",
                "client-address",
                N_("{count} clients are e-mail or network addresses; they are written as Client 1, Client 2 ..."),
                N_("Choose the column of the department with --client."),
                file=self.file,
                count=hidden,
            )
        name = {code: self._name(text) for code, text in zip(codes, shown, strict=True)}
        return [name[text] for text in texts]

    def _scores(self, used: npt.NDArray[np.bool_]) -> dict[str, dict[str, Floats]]:
        labels = {comparable(word): score for word, score in self.mapping.labels.items()}
        reader = ScoreReader(ScoreRules(labels, self.layout.tool.name == "limesurvey"))
        scores: dict[str, dict[str, Floats]] = {}
        for question, places in self.found.questions.items():
            scores[question] = {
                masked(supplier): reader.read(self.columns.cells[place], used) for supplier, place in places.items()
            }
        reader.report(self.log, self.file)
        return scores

    @staticmethod
    def _stated(scores: Mapping[str, Mapping[str, Floats]], supplier: str) -> npt.NDArray[np.bool_]:
        told = [~np.isnan(question[supplier]) for question in scores.values() if supplier in question]
        return np.asarray(np.any(told, axis=0), bool)

    def _days(self) -> list[str]:
        """Return the day of each row, empty where none is known."""
        place = self.found.single.get("--date", self.layout.roles.get("date"))
        if place is None:
            if self.mapping.by is not None:
                self.log.add(
                    "error",
                    "no-dates",
                    N_("--by needs the date of every answer."),
                    N_("Name its column with --date, or the period of all answers with --period."),
                    file=self.file,
                )
            return [""] * len(self.columns)
        cells = self.columns.cells[place]
        texts = [str(text).strip() for text in cells.categories]
        moments = read_moments(texts, formats=self.mapping.date_formats, usual=self.layout.tool.order)
        needed = "--date" in self.found.single or self.mapping.by is not None
        if not self._sound(moments, texts, place, needed):
            return [""] * len(self.columns)
        day = moments.day.copy()
        hidden = (day == _NO_DATE) if self.layout.tool.name == "limesurvey" else np.zeros(len(day), bool)
        if hidden.any():
            day[hidden] = np.datetime64("NaT")
            self.log.add(
                "error" if self.mapping.by is not None else "note",
                "anonymous-dates",
                N_("The answers are anonymous: all are dated 1980-01-01, which is left out."),
                N_("Name their period with --period."),
                file=self.file,
            )
        shown = ["" if np.isnat(one) else str(one) for one in day]
        return [shown[code] for code in np.asarray(cells.codes)]

    def _sound(self, moments: Moments, texts: Sequence[str], place: int, needed: bool) -> bool:
        """Say what is wrong with the dates: an error where they are asked for, else a warning, and none are taken."""
        for code, numbers, message in (
            ("not-a-date", moments.unread, N_("'{value}' is no date that is known here.")),
            (
                "ambiguous-date",
                moments.doubtful,
                N_("'{value}' may have the day or the month first, and no date of the column tells."),
            ),
            (
                "mixed-dates",
                moments.contrary,
                N_("'{value}' has day and month in another order than the rest of the column."),
            ),
        ):
            if numbers:
                self.log.add(
                    "error" if needed else "warning",
                    code,
                    message,
                    N_("Say how dates are written: --date-format DMY (day first), MDY (month first) or {example}."),
                    file=self.file,
                    column=" ".join(self.layout.names[place][0].split()),
                    value=masked(texts[numbers[0]])[:60],
                    example="'%d/%m/%Y'",
                )
                return False
        return True

    def _respondents(
        self,
        client: Sequence[str],
        scores: Mapping[str, Mapping[str, Floats]],
        days: Sequence[str],
        used: npt.NDArray[np.bool_],
    ) -> list[int]:
        """Return the number of each row's respondent: by day, client and scores, whatever the order of the rows."""
        place = self.found.single.get("--respondent")
        codes = [""] * len(self.columns) if place is None else self._texts(place)
        values = np.column_stack([column for question in scores.values() for column in question.values()])
        keys = {
            row: (days[row], client[row], codes[row], np.nan_to_num(values[row], nan=-1.0).tolist())
            for row in np.flatnonzero(used).tolist()
        }
        number: dict[str, int] = {}
        result = [0] * len(self.columns)
        count = 0
        for row in sorted(keys, key=lambda row: keys[row]):
            known = codes[row] if fold(codes[row]) not in _NOBODY else ""
            if known and known in number:
                result[row] = number[known]
                continue
            count += 1
            result[row] = count
            if known:
                number[known] = count
        if place is not None and len(keys) > 1 and count == 1:
            self.log.add(
                "warning",
                "one-respondent",
                N_("All {rows} rows have the same respondent."),
                N_("If they are of different people, leave --respondent out."),
                file=self.file,
                rows=len(keys),
            )
        return result

    def _frame(
        self,
        rows: Sequence[tuple[int, str]],
        client: Sequence[str],
        scores: Mapping[str, Mapping[str, Floats]],
        days: Sequence[str],
        respondent: Sequence[int],
    ) -> pd.DataFrame:
        columns: dict[str, list[object]] = {}
        if any(days):
            columns["date"] = [days[row] for row, _ in rows]
        columns["respondent"] = [f"R{respondent[row]}" for row, _ in rows]
        columns["supplier"] = [self._name(supplier) for _, supplier in rows]
        columns["client"] = [client[row] for row, _ in rows]
        services = self._services()
        if services is not None:
            columns["service"] = [self._name(services(row, supplier)) for row, supplier in rows]
        for question, found in scores.items():
            columns[question] = [_number(found[supplier][row]) if supplier in found else "" for row, supplier in rows]
        own = [
            comparable(str(one)) == comparable(str(other))
            for one, other in zip(columns["supplier"], columns["client"], strict=True)
        ]
        columns["source"] = ["self_assessment" if is_own else "client_survey" for is_own in own]
        if self.mapping.period is not None:
            columns["period"] = [self.mapping.period] * len(rows)
        elif self.mapping.by is not None:
            columns["period"] = [_period(days[row], self.mapping.by) for row, _ in rows]
        return pd.DataFrame(columns)

    def _services(self) -> Callable[[int, str], str] | None:
        """Return what names the service of a row and a supplier; None where nothing does."""
        if self.found.services is not None:
            texts = {masked(name): self._texts(place) for name, place in self.found.services.items()}
            return lambda row, supplier: texts[supplier][row] if supplier in texts else ""
        place = self.found.single.get("--service")
        if place is None:
            return None
        own = self._texts(place)
        names = list(dict.fromkeys(own))
        shown = dict(zip(names, pseudonyms(names, "", "Service")[0], strict=True))
        return lambda row, _: shown[own[row]]

    def _report_names(self) -> None:
        """Say which codes of --names stand nowhere."""
        known = [name for question in self.found.questions.values() for name in question]
        for code in self.mapping.names:
            if comparable(code) not in self.named:
                near = closest_word(code, known)
                self.log.add(
                    "warning",
                    "unused-name",
                    N_("--names gives '{value}' a name, and no supplier, client or service is called so."),
                    N_("Did you mean '{nearest}'?") if near else "",
                    file=self.file,
                    value=masked(code),
                    nearest=masked(near or ""),
                )


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.12g}"


def _period(day: str, by: str) -> str:
    if by == "quarter" and day:
        return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return day[: _WIDTHS.get(by, 0)]
