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
        *("ns_nr", "nsnr", "n_s_n_c", "no_lo_se_no_aplica", "no_sabe_no_aplica", "no_se_no_aplica", "no_aplicable"),
        *("no_disponible", "sin_informacion", "sin_valor", "sin_valorar", "sin_nota", "sin_contacto", "sin_relacion"),
        *("no_tengo_informacion", "no_tengo_relacion", "vacio", "pendiente", "por_definir", "tbd", "pending", "empty"),
        *("not_available", "not_known", "no_contact", "no_rating", "no_score", "unanswered", "declined"),
        # Catalan, Portuguese, Italian, French, German, Dutch
        *("no_ho_se", "no_ho_sap", "ho_desconec", "sense_resposta", "sense_dades", "en_blanc", "no_s_aplica"),
        *("nao_sei", "nao_sabe", "nao_se_aplica", "nao_aplicavel", "nao_respondeu", "nao_responde", "sem_resposta"),
        *("sem_opiniao", "sem_dados", "desconhecido", "nao_sabe_nao_responde", "prefiro_nao_responder"),
        *("non_so", "non_sa", "non_lo_so", "non_applicabile", "non_risponde", "non_risposto", "senza_risposta"),
        *("senza_opinione", "non_saprei", "non_disponibile", "sconosciuto", "non_pertinente"),
        *("ne_sait_pas", "je_ne_sais_pas", "sans_reponse", "sans_avis", "sans_opinion", "sans_objet", "nsp", "nspp"),
        *("non_concerne", "non_applicable", "non_repondu", "pas_de_reponse", "pas_d_avis", "inconnu"),
        *("ne_se_prononce_pas", "weiss_nicht", "ich_weiss_nicht", "keine_angabe", "keine_angaben", "k_a"),
        *("keine_antwort", "keine_erfahrung", "kann_ich_nicht_beurteilen"),
        *("trifft_nicht_zu", "nicht_zutreffend", "entfallt", "unbekannt", "keine_meinung", "nicht_beantwortet"),
        *("weet_niet", "weet_ik_niet", "geen_antwoord", "geen_mening", "niet_van_toepassing", "n_v_t", "nvt"),
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
    r"high|medium|low|alto|medio|bajo|alta|media|baja|"
    r"(?:sehr_|eher_|nicht_)?(?:gut|schlecht|zufrieden|unzufrieden)|befriedigend|ausreichend|mangelhaft|"
    r"(?:tres_|plutot_|assez_|peu_|pas_|pas_du_tout_)?(?:satisfait|insatisfait|bon|mauvais|bien|d_accord)e?|"
    r"(?:muito_|pouco_|nada_)?(?:satisfeito|insatisfeito|bom|mau|ruim|boa)|"
    r"(?:molto_|poco_|abbastanza_|per_niente_)?(?:soddisfatto|insoddisfatto|buono|cattivo|d_accordo)"
)
# Exports write a degree with its number ("4 - Good", "Good (4)"): the words are what has to go.
_NUMBERED = re.compile(r"^[0-9]+_|_[0-9]+$")
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
    """Return whether a text says that there is no answer, in English, Spanish, a neighbour of it or with a mark.

    Examples
    --------
    >>> [is_no_answer(text) for text in ("N/A", "Don't know", "No aplica", "Não sei", "-", "7", "seven")]
    [True, True, True, True, True, False, False]
    """
    plain = text.strip()
    return len(plain) <= _LONGEST and (plain in _MARKS or fold(plain) in _NO_ANSWER)


def is_degree(text: str) -> bool:
    """Return whether a text is a degree of agreement, satisfaction, quality or frequency, as scales in words have them.

    Examples
    --------
    >>> [is_degree(text) for text in ("Strongly agree", "4 - Muy satisfecho", "Neither agree nor disagree", "Sales")]
    [True, True, True, False]
    """
    return len(text) <= _LONGEST and re.fullmatch(_LIKERT, _NUMBERED.sub("", fold(text))) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a date, such as Excel makes of decimals: 05-Aug or 2026-05-08 of 5.8.

    Examples
    --------
    >>> [is_date(text) for text in ("05-Aug", "8-may", "2026-05-08 00:00:00", "08/05/2026", "may-08", "8.5")]
    [True, True, True, True, True, False]
    """
    return len(text) <= _LONGEST and re.fullmatch(_DATE, text.strip(), re.IGNORECASE) is not None
