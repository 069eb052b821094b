"""How the usual survey tools write their exports, as one table of data: a tool or a language is added here alone.

Names of columns are compared as `cxgraph.tables.schema.fold` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cxgraph.intake.exports.times import Order
from cxgraph.wording import N_

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows that are no answers.

    Attributes
    ----------
    role : str
        The column that tells, a key of `SurveyTool.roles`.
    words : frozenset of str
        What it says there, folded; the empty text stands for an empty cell.
    reason : str
        English template.
    """

    role: str
    words: Names
    reason: str


@dataclass(frozen=True, slots=True)
class SurveyTool:
    """One tool.

    Attributes
    ----------
    name, title : str
        In results, and as people call it.
    rows : {1, 2, 3}
        Rows of headers.
    marks : frozenset of str
        Headers that it alone writes; two of them tell it.
    roles : mapping of str to frozenset of str
        What its own columns are: ``date``, ``status``, ``finished``, ``submitted``, ``approved``, ``system`` for the
        others that are no questions.
    asides : tuple of Aside
        Rows that are no answers.
    order : {"day", "month"} or None
        What it writes first in dates, for columns in which no date tells.
    """

    name: str
    title: str
    rows: Literal[1, 2, 3] = 1
    marks: Names = frozenset()
    roles: dict[str, Names] = field(default_factory=dict)
    asides: tuple[Aside, ...] = ()
    order: Order | None = None


def _names(text: str) -> Names:
    return frozenset(text.split())


PREVIEW = N_("preview or test of the survey")
SPAM = N_("marked as spam by the tool")
UNFINISHED = N_("not finished")
NOT_SENT = N_("never submitted")
NOT_APPROVED = N_("not approved by the reviewer")

SURVEY_TOOLS: dict[str, SurveyTool] = {
    tool.name: tool
    for tool in (
        SurveyTool(
            "qualtrics",
            "Qualtrics",
            rows=3,
            roles={
                "date": _names("enddate end_date recordeddate recorded_date fecha_de_finalizacion fecha_registrada"),
                "status": _names("status response_type tipo_de_respuesta estado"),
                "finished": _names("finished finalizado"),
                "system": _names(
                    "startdate start_date ipaddress ip_address progress duration_in_seconds duration _recordid "
                    "recordid responseid response_id "
                    "distributionchannel distribution_channel userlanguage user_language "
                    "recipientlastname recipientfirstname recipientemail recipient_last_name recipient_first_name "
                    "recipient_email externalreference externaldatareference external_data_reference "
                    "externaldata locationlatitude locationlongitude location_latitude location_longitude"
                ),
            },
            asides=(
                Aside(
                    "status",
                    _names(
                        "survey_preview survey_test preview test 1 2 vista_previa_de_la_encuesta prueba_de_encuesta"
                    ),
                    PREVIEW,
                ),
                Aside("status", _names("spam 8 9 12 17 24 32 40 48 no_deseado correo_no_deseado"), SPAM),
                Aside("finished", _names("false 0 falso no"), UNFINISHED),
            ),
        ),
        SurveyTool(
            "surveymonkey",
            "SurveyMonkey",
            rows=2,
            roles={
                "date": _names("end_date fecha_de_finalizacion fecha_final date_modified fecha_de_modificacion"),
                "status": _names("response_status estado_de_la_respuesta"),
                "system": _names(
                    "respondent_id collector_id start_date ip_address email_address first_name last_name custom_data_1 "
                    "custom_data id_de_encuestado identificacion_de_encuestado identificacion_del_encuestado "
                    "id_del_encuestado id_de_recopilador identificacion_del_recopilador fecha_de_inicio fecha_inicial "
                    "direccion_ip direccion_de_correo_electronico nombre apellido apellidos datos_personalizados_1 "
                    "date_created fecha_de_creacion"
                ),
            },
            asides=(
                Aside("status", _names("partial incomplete disqualified parcial incompleta incompleto"), UNFINISHED),
            ),
            order="month",
        ),
        SurveyTool(
            "limesurvey",
            "LimeSurvey",
            marks=_names(
                "submitdate lastpage startlanguage startdate datestamp seed fecha_de_envio ultima_pagina "
                "idioma_inicial lenguaje_inicial semilla id_de_respuesta response_id date_submitted last_page "
                "start_language fecha_de_inicio fecha_de_la_ultima_accion date_last_action"
            ),
            roles={
                "date": _names("submitdate fecha_de_envio date_submitted"),
                "submitted": _names("submitdate fecha_de_envio date_submitted"),
                "system": _names(
                    "id lastpage startlanguage seed startdate datestamp ipaddr refurl token id_de_respuesta "
                    "response_id ultima_pagina idioma_inicial lenguaje_inicial "
                    "semilla last_page start_language fecha_de_inicio "
                    "date_started fecha_de_la_ultima_accion date_last_action direccion_ip ip_address url_de_referencia"
                ),
            },
            asides=(Aside("submitted", frozenset(("",)), NOT_SENT),),
        ),
        SurveyTool(
            "kobo",
            "KoboToolbox",
            marks=_names("_id _uuid _submission_time _validation_status _submitted_by __version__ _index _notes _tags"),
            roles={
                "date": _names("_submission_time end"),
                "approved": _names("_validation_status"),
                "system": _names("start _id _uuid _notes _status _submitted_by __version__ _tags _index meta_rootuuid"),
            },
            asides=(
                Aside(
                    "approved",
                    _names("not_approved validation_status_not_approved no_aprobado no_aprobada"),
                    NOT_APPROVED,
                ),
            ),
        ),
        SurveyTool(
            "odk",
            "ODK Central",
            marks=_names("submissiondate meta_instanceid submitterid submittername reviewstate key formversion"),
            roles={
                "date": _names("submissiondate"),
                "approved": _names("reviewstate"),
                "system": _names(
                    "meta_instanceid key submitterid submittername attachmentspresent attachmentsexpected status "
                    "reviewstate deviceid edits formversion start end"
                ),
            },
            asides=(Aside("approved", _names("rejected"), NOT_APPROVED),),
        ),
        SurveyTool("ms_forms", "Microsoft Forms"),
        SurveyTool("google_forms", "Google Forms"),
        SurveyTool("", ""),
    )
}
"""Every tool by name; the one without name stands for all others."""

EXPECTATION_WORDS = _names(
    "exp expect expects expected expectation expectations espera esperas esperado esperada expectativa expectativas "
    "deberia desea deseado necesita should want ideal wish esperan"
)
FULFILMENT_WORDS = _names(
    "get gets receive receives received recibe recibes recibido recibida obtiene percibe percibido percepcion actual "
    "cumple cumplimiento fulfilment fulfillment perceived perception delivered real actually satisfaccion satisfaction"
)
IMPORTANCE_WORDS = _names("important importance importante importancia importa matter matters peso weight prioridad")
CLIENT_WORDS = _names(
    "department departamento area areas unit unidad team equipo division seccion section client cliente customer "
    "service servicio direccion gerencia office oficina sede"
)
"""Words, folded, by which columns are proposed; the user confirms them."""

LADDERS: tuple[tuple[str, ...], ...] = tuple(
    tuple(ladder.split("|"))
    for ladder in (
        "muy bajo|bajo|medio|alto|muy alto",
        "muy baja|baja|media|alta|muy alta",
        "muy malo|malo|regular|bueno|muy bueno",
        "muy mala|mala|regular|buena|muy buena",
        "muy mal|mal|regular|bien|muy bien",
        "nada|poco|algo|bastante|mucho",
        "nunca|casi nunca|a veces|casi siempre|siempre",
        "nunca|rara vez|a veces|a menudo|siempre",
        "muy insatisfecho|insatisfecho|neutral|satisfecho|muy satisfecho",
        "muy insatisfecho|insatisfecho|ni satisfecho ni insatisfecho|satisfecho|muy satisfecho",
        "totalmente en desacuerdo|en desacuerdo|ni de acuerdo ni en desacuerdo|de acuerdo|totalmente de acuerdo",
        "muy en desacuerdo|en desacuerdo|neutral|de acuerdo|muy de acuerdo",
        "deficiente|regular|bueno|muy bueno|excelente",
        "very low|low|medium|high|very high",
        "very poor|poor|fair|good|very good",
        "poor|fair|good|very good|excellent",
        "not at all|a little|somewhat|quite|very much",
        "never|rarely|sometimes|often|always",
        "very dissatisfied|dissatisfied|neutral|satisfied|very satisfied",
        "very dissatisfied|dissatisfied|neither satisfied nor dissatisfied|satisfied|very satisfied",
        "strongly disagree|disagree|neutral|agree|strongly agree",
        "strongly disagree|disagree|neither agree nor disagree|agree|strongly agree",
    )
)
"""Usual answers from the lowest to the highest, in lower case, to propose their scores."""
NO_ANSWER = _names(
    "ns_nc ns nc no_sabe no_contesta no_sabe_no_contesta no_aplica n_a na no_procede not_applicable don_t_know "
    "dont_know does_not_apply no_answer no_opinion sin_opinion no_lo_se not_sure prefer_not_to_say "
    "no_sabe_no_responde ns_nr"
)
"""Answers that give no score, as `fold` writes them; their cells are read as empty, and counted."""
