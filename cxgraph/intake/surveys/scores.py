"""Cells of a survey become scores: numbers, words that the user gives a score, and words that say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxgraph.intake.exports.persons import masked
from cxgraph.intake.exports.sheet import comparable
from cxgraph.intake.surveys.profiles import LADDERS, NO_ANSWER
from cxgraph.model.arrays import Floats
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)")
_NUMBERED = re.compile(r"(\d+)\s*(?:[-–—:=.)]+|\()\s*\D.*")
_CODE = re.compile(r"a0*(\d+)")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """How the cells of scores are read.

    Attributes
    ----------
    labels : mapping of str to float
        Scores of words, by `comparable` text.
    answer_codes : bool
        Whether ``A5`` is the fifth answer, as LimeSurvey numbers them unless somebody changes it.
    """

    labels: Mapping[str, float]
    answer_codes: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """How one text was read.

    Attributes
    ----------
    score : float
        NaN for an empty cell or a word that gives no score.
    how : {"empty", "number", "label", "code", "numbered", "none", "unknown"}
        ``none`` is a word such as *not applicable*, ``unknown`` one that nobody has given a score.
    """

    score: float
    how: str


def understand(text: str, rules: ScoreRules) -> Understood:
    """Read the text of one cell.

    Parameters
    ----------
    text : str
        As the export has it.
    rules : ScoreRules
        Labels come first.

    Returns
    -------
    Understood
        A decimal comma is read as a point.

    Examples
    --------
    >>> rules = ScoreRules({"muy alto": 5.0}, answer_codes=True)
    >>> [understand(text, rules).score for text in ("Muy  alto", "3,5", "A4", "2 - low")]
    [5.0, 3.5, 4.0, 2.0]
    """
    word = comparable(text)
    if not word:
        return Understood(np.nan, "empty")
    if word in rules.labels:
        return Understood(rules.labels[word], "label")
    for how, shape in (("number", _NUMBER), ("code", _CODE), ("numbered", _NUMBERED)):
        match = shape.fullmatch(word)
        if match and (how != "code" or rules.answer_codes):
            return Understood(float(match[1].replace(",", ".")), how)
    return Understood(np.nan, "none" if fold(text) in NO_ANSWER else "unknown")


class ScoreReader:
    """Reads columns of scores and keeps count of what was understood how; told once, at the end.

    Parameters
    ----------
    rules : ScoreRules
        How cells are read.
    """

    def __init__(self, rules: ScoreRules) -> None:
        self.rules = rules
        self.counts: dict[str, dict[str, int]] = {}

    def read(self, cells: pd.Categorical, used: np.ndarray) -> Floats:
        """Return the scores of a column; NaN where there is none.

        Parameters
        ----------
        cells : Categorical
            Texts.
        used : bool array, shape (rows,)
            Rows that count; what others hold is nobody's business.

        Returns
        -------
        float array, shape (rows,)
        """
        texts = [str(text) for text in cells.categories]
        found = [understand(text, self.rules) for text in texts]
        codes = np.asarray(cells.codes, np.int64)
        rows = np.bincount(codes[used & (codes >= 0)], minlength=len(texts))
        for text, one, count in zip(texts, found, rows.tolist(), strict=True):
            if count and one.how != "empty":
                words = self.counts.setdefault(one.how, {})
                word = " ".join(text.split())
                words[word] = words.get(word, 0) + count
        scores = np.asarray([one.score for one in found] + [np.nan], float)[codes]
        return np.where(used, scores, np.nan)

    def report(self, log: ProblemLog, file: str) -> None:
        """Say which words have no score, and which were read without being asked for."""
        unknown = self.counts.get("unknown", {})
        if unknown:
            log.add(
                "error",
                "unknown-label",
                N_("These answers are words without a score: {words}."),
                N_("Give each its score: {options}."),
                file=file,
                words=_listed(unknown),
                options=" ".join(label_options(list(unknown))),
            )
        for how, message in (
            ("none", N_("Read as no answer: {words}.")),
            ("code", N_("Codes of answers read as scores (A5 is 5): {words}.")),
            ("numbered", N_("Answers that begin with their score are read as that: {words}.")),
        ):
            if how in self.counts:
                log.add("note", f"read-as-{how}", message, file=file, words=_listed(self.counts[how]))


def proposed_scores(words: Sequence[str]) -> dict[str, float] | None:
    """Return the scores of words that are steps of a usual ladder, 1 for the lowest; None where they are of none.

    Parameters
    ----------
    words : sequence of str
        Different answers to one question.

    Returns
    -------
    dict of str to float or None
        By the words as they are written; every step of the ladder is there, ticked or not.

    Examples
    --------
    >>> proposed_scores(["Muy alto", "Bajo"])
    {'Muy bajo': 1.0, 'Bajo': 2.0, 'Medio': 3.0, 'Alto': 4.0, 'Muy alto': 5.0}
    """
    written = {fold(word): " ".join(word.split()) for word in words}
    for ladder in LADDERS:
        if set(written) <= set(map(fold, ladder)):
            return {written.get(fold(step), step.capitalize()): float(rank) for rank, step in enumerate(ladder, 1)}
    return None


def label_options(words: Sequence[str]) -> list[str]:
    """Return the options that give words their scores, with the word SCORE where it is not known."""
    scores = proposed_scores(words)
    if scores is None:
        return [f"--labels '{masked(word)[:_SHOWN]}=SCORE'" for word in sorted(words)]
    return [f"--labels '{word}={score:g}'" for word, score in scores.items()]


def _listed(words: Mapping[str, int]) -> str:
    ranked = sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"'{masked(word)[:_SHOWN]}' ({count})" for word, count in ranked[:20])
