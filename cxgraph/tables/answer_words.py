"""What people and survey tools write where a number belongs: no answer, answers in words, dates made by Excel."""

from __future__ import annotations

import re

from cxgraph.tables.schema import fold

_LONGEST = 60
_MARKS = frozenset(("-", "--", "---", "\N{EN DASH}", "\N{EM DASH}", ".", "..", "...", "\N{HORIZONTAL ELLIPSIS}", "?"))
_NO_ANSWER = frozenset(
    (
        *("n_a", "na", "n_d", "nd", "s_d", "sd", "ns", "nc", "ns_nc", "n_s", "n_c", "nsnc", "nr", "n_r", "dk", "d_k"),
        *("null", "none", "nil", "x", "no_data", "sin_datos", "sin_dato", "missing", "blank", "skip", "skipped"),
        *("don_t_know", "dont_know", "do_not_know", "i_don_t_know", "i_dont_know", "not_sure", "unsure", "unknown"),
        *("can_t_say", "cannot_say", "no_idea", "not_applicable", "not_relevant", "does_not_apply", "doesn_t_apply"),
        *("no_answer", "no_response", "no_opinion", "no_comment", "not_answered", "refused", "prefer_not_to_say"),
        *("prefer_not_to_answer", "undecided", "no_experience", "not_used", "never_used", "don_t_use", "dk_na"),
        *("don_t_know_not_applicable", "don_t_know_no_answer", "no_aplica", "no_procede", "no_corresponde"),
        *("no_se_aplica", "no_sabe", "no_contesta", "no_sabe_no_contesta", "no_responde", "no_se", "no_lo_se"),
        *("no_sabria_decir", "sin_respuesta", "sin_opinion", "sin_contestar", "no_contestado", "en_blanco", "ninguno"),
        *("desconocido", "desconoce", "lo_desconozco", "prefiero_no_contestar", "prefiero_no_decirlo", "no_utilizo"),
        *("no_lo_uso", "no_uso", "nose", "s_r", "np", "no_evaluable", "sin_evaluar", "not_rated", "n_e"),
    )
)
# Texts that `re` compiles, and keeps, when a cell is first held against them: few tables have such cells.
_DEGREES = (
    r"(?:(?:very|extremely|completely|totally|fully|strongly|mostly|fairly|quite|rather|somewhat|slightly|moderately|not|"
    r"not_at_all|neither|neutral|muy|totalmente|completamente|bastante|algo|poco|nada|mas_bien|ni)_(?:\w+_)?)?"
)
_LIKERT = (
    _DEGREES + r"(?:dis)?(?:agree|satisfied|satisfying|good|bad|poor|happy|unhappy|likely|unlikely|important|"
    r"satisfech[oa]s?|insatisfech[oa]s?|de_acuerdo|en_desacuerdo|acuerdo|desacuerdo|buen[oa]?|mal[oa]?|content[oa]|probable|"
    r"improbable|importante)(?:_\w+)?"
    r"|dissatisfied|disagree|neutral|neither_\w+|ni_\w+|excellent|fair|average|acceptable|unacceptable|outstanding|terrible|"
    r"excelente|regular|normal|aceptable|inaceptable|pesim[oa]|deficiente|notable|suficiente|insuficiente|always|often|"
    r"usually|sometimes|rarely|seldom|never|siempre|casi_siempre|a_menudo|a_veces|rara_vez|casi_nunca|nunca|yes|no|si|"
    r"high|medium|low|alto|medio|bajo|alta|media|baja"
)
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|ene|abr|ago|dic|january|february|march|april|june|july|august|"
    "september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|"
    "noviembre|diciembre"
)
_DATE = (
    rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:[T ][0-9:.]+)?"
    rf"|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-](?:[0-9]{{4}}|[0-9]{{2}})(?: [0-9:.]+)?"
    rf"|(?:[0-9]{{1,2}}|[0-9]{{4}})[ /.-](?:{_MONTHS})\.?(?:[ /.-](?:[0-9]{{4}}|[0-9]{{2}}))?"
    rf"|(?:{_MONTHS})\.?[ /.-](?:[0-9]{{1,2}}|[0-9]{{4}})"
)


def is_no_answer(text: str) -> bool:
    """Return whether a text says that there is no answer, in English, Spanish or with a mark.

    Examples
    --------
    >>> [is_no_answer(text) for text in ("N/A", "Don't know", "No aplica", "-", "7", "seven")]
    [True, True, True, True, False, False]
    """
    plain = text.strip()
    return len(plain) <= _LONGEST and (plain in _MARKS or fold(plain) in _NO_ANSWER)


def is_degree(text: str) -> bool:
    """Return whether a text is a degree of agreement, satisfaction, quality or frequency, as scales in words have them.

    Examples
    --------
    >>> [is_degree(text) for text in ("Strongly agree", "Muy satisfecho", "Neither agree nor disagree", "Sales")]
    [True, True, True, False]
    """
    return len(text) <= _LONGEST and re.fullmatch(_LIKERT, fold(text)) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a date, such as Excel makes of decimals: 05-Aug or 2026-05-08 of 5.8.

    Examples
    --------
    >>> [is_date(text) for text in ("05-Aug", "8-may", "2026-05-08 00:00:00", "08/05/2026", "may-08", "8.5")]
    [True, True, True, True, True, False]
    """
    return len(text) <= _LONGEST and re.fullmatch(_DATE, text.strip(), re.IGNORECASE) is not None
