"""The command line that reads a survey export: which questions ask about suppliers, and which one names the client."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxgraph.intake.exports.persons import is_personal_header
from cxgraph.intake.exports.sheet import comparable
from cxgraph.intake.exports.times import read_moments
from cxgraph.intake.surveys.layout import Layout, Rows
from cxgraph.intake.surveys.mapping import is_same_supplier
from cxgraph.intake.surveys.profiles import (
    CLIENT_WORDS,
    EXPECTATION_WORDS,
    FULFILMENT_WORDS,
    IMPORTANCE_WORDS,
)
from cxgraph.intake.surveys.scores import ScoreRules, proposed_scores, understand
from cxgraph.model.settings import USUAL_SCALES
from cxgraph.tables.schema import fold

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<before>.*\[)(?P<name>[^\[\]]+)(?P<after>\]\[[^\[\]]+\])",
        r"(?P<before>.*\[)(?P<name>[^\[\]]+)(?P<after>\])",
        r"(?P<before>.*/)(?P<name>[^/]+)(?P<after>)",
        r"(?P<before>.* [-–—] )(?P<name>.+)(?P<after>)",
        r"(?P<before>.*: )(?P<name>[^:]+)(?P<after>)",
        r"(?P<before>)(?P<name>.+?)(?P<after> ?[\[(][^\[\]()]+[\])])",
        r"(?P<before>)(?P<name>[^:]+?)(?P<after> ?[-–—:] .+)",
        r"(?P<before>[^\W_]+[-_])(?P<name>[^-\s]+)(?P<after>)",
    )
)
"""How headers hold the question and the supplier. Both may come first: words decide where two shapes fit."""
_MOST_LABELS = 11
_MOST_WORDS = 40
_CODE = re.compile(r"[A-Za-z]{0,3}\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """Columns that ask the same about several suppliers.

    Attributes
    ----------
    pattern : str
        As an option takes it.
    suppliers : tuple of str
        In the order of the columns.
    places : tuple of int
        Their columns.
    """

    pattern: str
    suppliers: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SurveyProposal:
    """What was recognised, and what could not be.

    Attributes
    ----------
    options : tuple of tuple of str
        Options of the command line in order, each with its values.
    lacking : tuple of str
        Options that somebody has to fill in.
    doubtful_dates : bool
        Whether no date tells if the day or the month comes first; day first is proposed then.
    by_words : bool
        Whether words tell which question is the expectation; else the first is taken for it.
    codes : tuple of str
        Suppliers that look like codes, which ``--names`` can replace.
    """

    options: tuple[tuple[str, ...], ...]
    lacking: tuple[str, ...]
    doubtful_dates: bool
    by_words: bool
    codes: tuple[str, ...]


def propose_survey(layout: Layout, rows: Rows) -> SurveyProposal:
    """Propose the options that read a survey export.

    Parameters
    ----------
    layout : Layout
        Its header.
    rows : sequence of sequence of str
        Its first rows, those of the header included.

    Returns
    -------
    SurveyProposal
        By the structure of headers and cells; words only tell the questions apart, and are to be confirmed.
    """
    body = rows[layout.skip :]
    columns = [[row[place].strip() for row in body] for place in range(len(layout.names))]
    scored = [
        place for place in range(len(columns)) if place not in layout.system and _is_scored(columns[place], layout)
    ]
    questions = _questions(layout, scored)
    roles, by_words = _roles(questions, layout)
    options: list[tuple[str, ...]] = []
    lacking: list[str] = []
    client = _client(layout, columns, {place for question in questions for place in question.places})
    if client is None:
        lacking.append("--client")
    else:
        options.append(("--client", _called(layout, client)))
    for role in ("expectation", "fulfilment", "importance"):
        if role in roles:
            options.append((f"--{role}", roles[role].pattern))
        elif role != "importance":
            lacking.append(f"--{role}")
    doubtful = False
    if "date" in layout.roles:
        options.append(("--date", _called(layout, layout.roles["date"])))
        texts = [text for text in dict.fromkeys(columns[layout.roles["date"]]) if text]
        doubtful = bool(read_moments(texts, usual=layout.tool.order).doubtful)
        options += [("--date-format", "DMY")] if doubtful else []
    words = [
        text
        for role in ("expectation", "fulfilment")
        if role in roles
        for place in roles[role].places
        for text in columns[place]
    ]
    labels = _labels(words, layout)
    options += [("--labels", f"{word}={score:g}") for word, score in labels.items()]
    scale = _scale(words, labels, layout)
    if scale is not None:
        options.append(("--scale", *(f"{end:g}" for end in scale)))
    suppliers = next((roles[role].suppliers for role in ("expectation", "fulfilment") if role in roles), ())
    codes = tuple(name for name in suppliers if _CODE.fullmatch(name))
    return SurveyProposal(tuple(options), tuple(lacking), doubtful, by_words, codes)


def _is_scored(cells: Sequence[str], layout: Layout) -> bool:
    """Tell whether a column holds answers on a scale: numbers in a small range, or few different words."""
    texts = {text for text in cells if text}
    rules = ScoreRules({}, layout.tool.name == "limesurvey")
    found = [understand(text, rules) for text in texts]
    if not texts:
        return True  # nobody answered, as it happens; its header decides
    if all(one.how != "unknown" for one in found):
        return all(not one.score > 100 for one in found)
    return len(texts) <= _MOST_LABELS and proposed_scores(list(texts)) is not None


def _questions(layout: Layout, scored: Sequence[int]) -> list[Question]:
    """Group columns that differ in one part of their header; failing that, runs whose headers are numbered."""
    found = []
    for rank in range(max(map(len, layout.names), default=0)):
        for shape in _SHAPES:
            questions = _grouped(layout, scored, shape, rank)
            if len(_largest(questions)) > 1:
                found.append(questions)
    found.extend(filter(None, (_prefixed(layout, scored), _runs(layout, scored), _sentences(layout, scored))))
    told = (questions for questions in found if _roles(questions, layout)[1])
    return next(told, found[0] if found else [])


def _grouped(layout: Layout, scored: Sequence[int], shape: re.Pattern[str], rank: int) -> list[Question]:
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for place in scored:
        own = layout.names[place]
        match = shape.fullmatch(own[rank]) if rank < len(own) else None
        if match:
            groups.setdefault((match["before"], match["after"]), {}).setdefault(match["name"], place)
    return [
        Question(f"{_starless(before)}*{_starless(after)}", tuple(places), tuple(places.values()))
        for (before, after), places in groups.items()
        if len(places) > 1
    ]


def _starless(text: str) -> str:
    return text.replace("*", "\\*")


def _prefixed(layout: Layout, scored: Sequence[int]) -> list[Question]:
    """Group columns of exports with two rows of headers by the question, which comes before the supplier."""
    if layout.tool.rows != 2:
        return []
    groups: dict[str, dict[str, int]] = {}
    for place in scored:
        own = layout.names[place]
        match = re.fullmatch(r"(.*) \[(.*)\]", own[2]) if len(own) > 2 else None
        if match:
            groups.setdefault(match[1], {}).setdefault(match[2], place)
    return [
        Question(f"{_starless(question)} *", tuple(found), tuple(found.values()))
        for question, found in groups.items()
        if len(found) > 1
    ]


def _sentences(layout: Layout, scored: Sequence[int]) -> list[Question]:
    """Find suppliers named within whole questions: ``What do you expect of IT?``, ``What do you get from IT?``.

    Any run of words may be the name. Two questions about the same names are wanted: of those with most names, those
    whose names are words rather than numbers, and shortest.
    """
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for place in scored:
        header = layout.names[place][0]
        words = [match.span() for match in re.finditer(r"[^\W_]+", header)]
        if len(words) > _MOST_WORDS:
            continue
        for first, (start, _) in enumerate(words):
            for _, end in words[first:]:
                if start > 0 or end < len(header):
                    groups.setdefault((header[:start], header[end:]), {}).setdefault(header[start:end], place)
    same: dict[frozenset[str], list[Question]] = {}
    for (before, after), places in groups.items():
        if len(places) > 1:
            pattern = f"{_starless(before)}*{_starless(after)}"
            question = Question(pattern, tuple(places), tuple(places.values()))
            same.setdefault(frozenset(map(comparable, places)), []).append(question)

    def worth(questions: Sequence[Question]) -> tuple[int, bool, int]:
        names = questions[0].suppliers
        return len(names), any(char.isalpha() for name in names for char in name), -sum(map(len, names))

    several = [questions for questions in same.values() if len(questions) > 1]
    return max(several, key=worth, default=[])


def _runs(layout: Layout, scored: Sequence[int]) -> list[Question]:
    """Find neighbouring columns whose headers come again, perhaps with a number after each."""
    heads = [layout.names[place][0] for place in scored]
    for size in range(len(scored) // 2, 1, -1):
        first, second = scored[:size], scored[size : 2 * size]
        if (
            _neighbours(first)
            and _neighbours(second)
            and all(map(is_same_supplier, heads[:size], heads[size : 2 * size]))
        ):
            runs = [first, second]
            third = scored[2 * size : 3 * size]
            if (
                len(third) == size
                and _neighbours(third)
                and all(map(is_same_supplier, heads[:size], heads[2 * size : 3 * size]))
            ):
                runs.append(third)
            return [Question(_run_pattern(layout, run), tuple(heads[:size]), tuple(run)) for run in runs]
    return []


def _run_pattern(layout: Layout, run: Sequence[int]) -> str:
    return ":".join(_called(layout, place) for place in (run[0], run[-1]))


def _neighbours(places: Sequence[int]) -> bool:
    return list(places) == list(range(places[0], places[0] + len(places)))


def _roles(questions: Sequence[Question], layout: Layout) -> tuple[dict[str, Question], bool]:
    """Tell which question is which: by its words, else the first is the expectation and the second the fulfilment."""
    questions = _largest(questions)
    scores = {}
    for number, question in enumerate(questions):
        words = set(fold(question.pattern).split("_")) | set(fold(layout.names[question.places[0]][0]).split("_"))
        scores[number] = (
            len(words & EXPECTATION_WORDS),
            len(words & FULFILMENT_WORDS),
            len(words & IMPORTANCE_WORDS),
        )
    told: dict[str, Question] = {}
    for rank, role in enumerate(("expectation", "fulfilment", "importance")):
        fit = [n for n, counts in scores.items() if counts[rank] and counts[rank] == max(counts)]
        if len(fit) == 1 and questions[fit[0]] not in told.values():
            told[role] = questions[fit[0]]
    by_words = {"expectation", "fulfilment"} <= told.keys()
    for role in ("expectation", "fulfilment"):
        rest = [question for question in questions if question not in told.values()]
        if role not in told and rest:
            told[role] = rest[0]
    return told, by_words


def _largest(questions: Sequence[Question]) -> list[Question]:
    """Keep the questions about most suppliers that agree on who they are."""
    if not questions:
        return []

    def alike(question: Question) -> list[Question]:
        own = {comparable(name) for name in question.suppliers}
        return [
            other for other in questions if 2 * len(own & {comparable(name) for name in other.suppliers}) >= len(own)
        ]

    return max((alike(question) for question in questions), key=lambda group: (len(group) > 1, len(group[0].suppliers)))


def _client(layout: Layout, columns: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    """Return the column that names the client: a question with few different answers, words before structure."""
    fit = []
    for place, cells in enumerate(columns):
        texts = [text for text in cells if text]
        header = layout.names[place]
        if place in taken | layout.system or not texts or any(is_personal_header(name) for name in header if name):
            continue
        words = {word for name in header for word in fold(name).split("_")}
        repeats = len(set(texts)) < len(texts)
        numeric = all(re.fullmatch(r"[\d.,:/ -]+", text) for text in texts)
        if numeric or max(map(len, texts)) > 80:
            continue
        fit.append((bool(words & CLIENT_WORDS), repeats, len(texts), -place))
    best = max(fit, default=None)
    return -best[3] if best and (best[0] or best[1]) else None


def _labels(words: Sequence[str], layout: Layout) -> dict[str, float]:
    rules = ScoreRules({}, layout.tool.name == "limesurvey")
    unknown = [word for word in dict.fromkeys(words) if understand(word, rules).how == "unknown"]
    return (proposed_scores(unknown) or {}) if unknown else {}


def _scale(words: Sequence[str], labels: Mapping[str, float], layout: Layout) -> tuple[float, float] | None:
    """Return the narrowest usual scale that all scores fit."""
    if labels:
        return min(labels.values()), max(labels.values())
    rules = ScoreRules({}, layout.tool.name == "limesurvey")
    scores = [one.score for one in (understand(word, rules) for word in dict.fromkeys(words)) if one.score == one.score]
    if not scores:
        return None
    fit = [scale for scale in USUAL_SCALES if scale[0] <= min(scores) and max(scores) <= scale[1]]
    return min(fit, key=lambda scale: scale[1] - scale[0], default=None)


def _called(layout: Layout, place: int) -> str:
    """Return how an option names a column: its header, or its number where several are called so."""
    name = layout.names[place][0]
    alone = sum(comparable(own[0]) == comparable(name) for own in layout.names) == 1
    return name if name and alone and not name.startswith("=") else str(place + 1)
