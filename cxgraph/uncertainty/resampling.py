"""Draws of an organisation's scores as they could have come out with other respondents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from cxgraph.model.answers import KEYS, counted_answers, service_names
from cxgraph.model.arrays import Floats, Integers
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring

WAYS = ("fixed", "respondents", "answers", "aggregates")
"""How a service is drawn: not at all, by its respondents, by single answers, from mean, spread and number."""
UNITS_AT_ONCE = 50_000
"""Sampling units that are drawn at once: 200 MB of weights for a thousand draws, however many answers there are."""
PRIOR_FREEDOM = 4.0
"""Degrees of freedom that the pooled variance counts for in each service's own (moderated variance)."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers as deviations from the mean of their service; a answers, k sampling units, m services.

    Attributes
    ----------
    service : int array, shape (a,)
        Service of the network that each answer is about, in ascending order.
    unit : int array, shape (a,)
        Sampling unit, 0 to k - 1: everything that one respondent said, or one case, or one answer alone.
    fulfilment, expectation : float array, shape (a,)
        Deviation of the answer from the mean of its service.
    """

    service: Integers
    unit: Integers
    fulfilment: Floats
    expectation: Floats


@dataclass(frozen=True, eq=False)
class Sampling:
    """What is known of how each service's scores could have come out; arrays of services have shape (m,).

    Attributes
    ----------
    network : Network
        m services.
    method : int8 array, shape (m,)
        Index into `WAYS`.
    answers : Answers or None
        Single answers, where there are any.
    count : float array, shape (m,)
        Answers behind each service; NaN where unknown.
    units : float array, shape (m,)
        Independent sampling units behind them (Kish's effective number where some said more than others).
    standard_error : float array, shape (m,)
        Of the fulfilment; 0 where the service is held fixed.
    stretch : float array, shape (m,)
        What the weighted deviations are multiplied by, so that their spread is the standard error.
    borrowed : bool array, shape (m,)
        The spread is that of all services together, because this one's own cannot be known.
    """

    network: Network
    method: npt.NDArray[np.int8]
    answers: Answers | None
    count: Floats
    units: Floats
    standard_error: Floats
    stretch: Floats
    borrowed: npt.NDArray[np.bool_]

    @property
    def sampled(self) -> npt.NDArray[np.bool_]:
        """Which services can be drawn at all, shape (m,)."""
        return self.method > 0

    @cached_property
    def _sums(self) -> tuple[Integers, list[tuple[sparse.csr_matrix, ...]]] | None:
        """Services drawn by weights, and for every block of units what adds up weights, scores and expectations."""
        rows = np.flatnonzero((self.method == WAYS.index("respondents")) | (self.method == WAYS.index("answers")))
        if self.answers is None or not len(rows):
            return None
        found = self.answers
        number = np.full(self.network.services, -1)
        number[rows] = np.arange(len(rows))
        used = number[found.service] >= 0
        unit = np.unique(found.unit[used], return_inverse=True)[1]
        place = (number[found.service[used]], unit)
        shape = (len(rows), int(unit.max()) + 1)

        def matrix(values: Floats) -> sparse.csr_matrix:
            return sparse.csr_matrix((values[used].astype(np.float32), place), shape)

        sums = matrix(np.ones(len(used))), matrix(found.fulfilment), matrix(found.expectation)
        blocks = [slice(first, first + UNITS_AT_ONCE) for first in range(0, shape[1], UNITS_AT_ONCE)]
        return rows, [tuple(one[:, block] for one in sums) for block in blocks]

    def draw(self, generator: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        """Draw how far the scores would have come out elsewhere with another sample of respondents.

        Parameters
        ----------
        generator : Generator
            Source of the randomness.
        count : int
            Draws.

        Returns
        -------
        moved : float array, shape (count, m)
            Distance of the drawn fulfilment from the measured one. It may lead off the scale: a mean beyond the top
            is what a sampling error makes of one close to it, and only the distance to the expectation counts.
        expectation : float array, shape (m,) or (count, m)
            As measured where no answer states one, else drawn with the same weights.

        Notes
        -----
        Units get independent exponential weights (the Bayesian bootstrap), so that no draw leaves a service without
        an answer as a multinomial one does. Everything that one unit said moves together. Deviations are stretched
        to the moderated standard error: weights alone would give (k - 1)/(k + 1) of the variance of k units, and a
        variance from few answers is itself uncertain.

        References
        ----------
        Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
        """
        network = self.network
        normal = np.flatnonzero(self.method == WAYS.index("aggregates"))
        if len(normal) == network.services:
            moved = generator.standard_normal((count, network.services))
            moved *= self.standard_error
            return moved, network.expectation
        moved = np.zeros((count, network.services))
        moved[:, normal] = generator.standard_normal((count, len(normal))) * self.standard_error[normal]
        if self._sums is None:
            return moved, network.expectation
        rows, blocks = self._sums
        stated = any(expected.data.any() for _, _, expected in blocks)
        total, score, wanted = (np.zeros((len(rows), count), np.float32) for _ in range(3))
        for weights, scores, expected in blocks:
            drawn = generator.standard_exponential((weights.shape[1], count), np.float32)
            total += weights @ drawn
            score += scores @ drawn
            if stated:
                wanted += expected @ drawn
        moved[:, rows] = (score / total).T * self.stretch[rows]
        if not stated:
            return moved, network.expectation
        unbiased = np.sqrt((self.units[rows] + 1.0) / (self.units[rows] - 1.0))
        bottom, fixed = network.scale[0], network.expectation[rows]
        expectation = np.repeat(network.expectation[None], count, axis=0)
        # Half of what is expected is the least that is drawn: at the bottom of the scale nothing would be expected at
        # all, and the shortfall would jump to 0.
        expectation[:, rows] = np.maximum(fixed + (wanted / total).T * unbiased, bottom + (fixed - bottom) / 2.0)
        return moved, expectation


def prepare_sampling(organization: Organization, scoring: Scoring | None = None) -> Sampling:
    """Find out for each service how its scores could have come out differently.

    Answers of a known respondent move together over all services that he or she rated; tickets move with their
    case. A service whose answers all come from one unit is drawn by single answers, since nothing else in it can
    vary. Where only number and spread are known, the mean is drawn from a normal distribution; where the number is
    unknown, nothing is drawn.

    Parameters
    ----------
    organization : Organization
        With services and perhaps answers.
    scoring : str, optional
        Decides which services count as scored; the organisation's by default.

    Returns
    -------
    Sampling
        For the services of ``organization.network(scoring)``.

    Notes
    -----
    A spread estimated from one answer does not exist, and one from answers that all agree is 0 by accident or by
    the end of the scale: both borrow the pooled spread of all services. Every other variance is moderated: it is
    averaged with the pooled one as if that came from four more answers, since a spread known from five answers is
    hardly known. Linear in answers and services.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods. Statistical Applications in Genetics and
    Molecular Biology 3(1), article 3 (moderated variance).
    """
    network = organization.network(scoring)
    table = organization.services[organization.scored(scoring)]
    size = network.services
    count = table["responses"].to_numpy(float).copy()
    count[count == 0] = np.nan
    units, variance = count.copy(), table["fulfilment_sd"].to_numpy(float) ** 2
    variance[~(units >= 2)] = np.nan  # one answer has no spread, whatever the table says
    method = np.full(size, WAYS.index("aggregates"), np.int8)
    answers = None
    found = None if organization.responses is None else _located(organization.responses, table)
    if found is not None and len(found):
        answers, heard, heard_units, heard_variance, clustered = _centred(found, size)
        seen = heard > 0
        count[seen], units[seen], variance[seen] = heard[seen], heard_units[seen], heard_variance[seen]
        method[seen] = np.where(clustered, WAYS.index("respondents"), WAYS.index("answers"))[seen]
    freedom = np.where(np.isnan(variance), 0.0, units - 1.0)
    pooled = float(freedom @ np.nan_to_num(variance)) / freedom.sum() if freedom.sum() > 0 else np.nan
    borrowed = ~np.isnan(units) & ~(variance > 0) & (pooled > 0)
    method[borrowed] = WAYS.index("aggregates")
    usable = ~np.isnan(units) & ((variance > 0) | borrowed)  # where all that is heard agrees, no spread is known
    method[~usable] = WAYS.index("fixed")
    # The moderated variance of a single answer, times that of Student's t with the freedom it then has.
    moderated = freedom * np.nan_to_num(variance) + PRIOR_FREEDOM * pooled
    units = np.where(usable, np.maximum(units, 1.0), np.nan)
    error = np.where(usable, np.sqrt(moderated / (freedom + PRIOR_FREEDOM - 2.0) / units), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = np.sqrt(variance / units * (units - 1.0) / (units + 1.0))
        stretch = np.where((method == 1) | (method == 2), error / plain, 0.0)
    return Sampling(network, method, answers, count, units, error, stretch, borrowed)


def _located(responses: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame | None:
    """Return the answers about the network's services, with the number of their service and their sampling unit."""
    if "fulfilment" not in responses.columns:
        return None
    rows = responses[counted_answers(responses) & responses["fulfilment"].notna().to_numpy()]
    number = service_numbers(rows, table)
    rows, number = rows[number >= 0], number[number >= 0]
    expectation = rows["expectation"].to_numpy(float) if "expectation" in rows.columns else np.full(len(rows), np.nan)
    return pd.DataFrame(
        {
            "service": number,
            "unit": sampling_units(rows),
            "fulfilment": rows["fulfilment"].to_numpy(float),
            "expectation": expectation,
        }
    )


def service_numbers(rows: pd.DataFrame, table: pd.DataFrame) -> Integers:
    """Return the row of a table of services that each answer is about, shape (a,); -1 where there is none.

    Parameters
    ----------
    rows : DataFrame
        Answers with categorical ``supplier`` and ``client``.
    table : DataFrame
        Services, with the same columns.

    Returns
    -------
    int array, shape (a,)
        Positions.
    """
    place = {name: pd.Index(table[name].cat.categories) for name in KEYS}
    codes, wanted = [], []
    for name in KEYS:
        given = (service_names(rows) if name == "service" else rows[name]).astype("category").cat
        position = place[name].get_indexer(pd.Index(given.categories.astype(object)))
        codes.append(np.where(given.codes >= 0, position[given.codes], -1).astype(np.int64))
        wanted.append(table[name].cat.codes.to_numpy().astype(np.int64))
    width = [max(len(place[name]), 1) for name in KEYS]
    key = (codes[0] * width[1] + codes[1]) * width[2] + codes[2]
    key[np.minimum.reduce(codes) < 0] = -1
    return np.asarray(pd.Index((wanted[0] * width[1] + wanted[1]) * width[2] + wanted[2]).get_indexer(key), np.int64)


def sampling_units(rows: pd.DataFrame) -> Integers:
    """Return the number of each answer's sampling unit: a ticket's case, else the respondent, else itself.

    Parameters
    ----------
    rows : DataFrame
        Answers; ``respondent``, ``case`` and ``source`` where there are such columns.

    Returns
    -------
    int array, shape (a,)
        From 0.

    Notes
    -----
    What is sampled of a ticket system are tickets; the group or caller that the log names as respondent did not
    choose to answer, and everything a group ever handed over would else be a single observation.
    """
    size = len(rows)
    code, kind = np.arange(size, dtype=np.int64), np.zeros(size, np.int64)
    if "respondent" in rows.columns:
        given = rows["respondent"].cat.codes.to_numpy().astype(np.int64)
        code, kind = np.where(given >= 0, given, code), np.where(given >= 0, 1, kind)
    if "case" in rows.columns:
        given = rows["case"].cat.codes.to_numpy().astype(np.int64)
        ticket = (
            rows["source"].astype(object).eq("ticket").to_numpy() if "source" in rows.columns else np.zeros(size, bool)
        )
        by_case = (given >= 0) & (ticket | (kind == 0))
        code, kind = np.where(by_case, given, code), np.where(by_case, 2, kind)
    return np.unique(kind * (code.max(initial=0) + 1) + code, return_inverse=True)[1].astype(np.int64)


def _centred(found: pd.DataFrame, size: int) -> tuple[Answers, Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Return the answers as deviations, and of each service: answers, units, variance of a unit, clustered."""
    service, unit = found["service"].to_numpy(), found["unit"].to_numpy()
    order = np.lexsort((unit, service))
    service, unit = service[order], unit[order]
    fulfilment, heard = _deviations(found["fulfilment"].to_numpy()[order], service, size)
    expectation, _ = _deviations(found["expectation"].to_numpy()[order], service, size)
    new = np.ones(len(service), bool)
    new[1:] = (service[1:] != service[:-1]) | (unit[1:] != unit[:-1])
    clusters = np.bincount(service[new], minlength=size)
    # All answers of a service from one unit: the single answers are what can vary.
    alone = clusters[service] < 2
    own = unit.max(initial=-1) + 1 + np.arange(len(unit))
    unit = np.unique(np.where(alone, own, unit), return_inverse=True)[1].astype(np.int64)
    new[1:] |= alone[1:] & (service[1:] == service[:-1])
    pair = np.cumsum(new) - 1
    said = np.bincount(pair).astype(float)
    apart = np.bincount(pair, fulfilment)
    at = service[new]
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = heard**2 / np.bincount(at, said**2, size)
        variance = np.bincount(at, apart**2, size) / heard**2 * effective**2 / (effective - 1.0)
    clustered = clusters >= 2
    variance = np.where(effective > 1, variance, np.nan)
    return Answers(service, unit, fulfilment, expectation), heard, effective, variance, clustered


def _deviations(values: Floats, service: Integers, size: int) -> tuple[Floats, Floats]:
    """Return the deviation of each value from its service's mean (0 where missing) and how many each has."""
    stated = ~np.isnan(values)
    number = np.bincount(service, stated, size)
    mean = np.bincount(service, np.where(stated, values, 0.0), size) / np.maximum(number, 1.0)
    return np.where(stated, values - mean[service], 0.0), number.astype(float)
