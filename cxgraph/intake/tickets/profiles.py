"""What the usual tools call their columns, as one table of data: a tool or a language is added here and nowhere else.

Names are compared as `cxgraph.tables.schema.fold` writes them, without ``Custom field ( )`` around them.
"""

from __future__ import annotations

from dataclasses import dataclass

Names = tuple[str, ...]


def _names(text: str) -> Names:
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class TicketTool:
    """The columns of one tool's logs and lists, each by the headers it may have, the likeliest first.

    Attributes
    ----------
    name, title : str
        As ``--like`` takes it, and as people call it.
    marks : tuple of str
        Headers that it has and few others; two of them tell the tool, more win over fewer.
    sure : tuple of str
        Headers of which one is enough.
    case, group, time, state, substate : tuple of str
        Columns of a log. A substate counts where its values say more than that an activity begins or ends.
    field, old, new : tuple of str
        Columns of a log of changes.
    group_field, state_field : tuple of str
        Values in its column of fields.
    customer, service, kept, breached, due, done : tuple of str
        Columns of either file.
    missing : tuple of str
        What the tool writes where no group is set.
    """

    name: str
    title: str
    marks: Names
    case: Names
    group: Names
    time: Names
    state: Names
    sure: Names = ()
    substate: Names = ()
    field: Names = ()
    old: Names = ()
    new: Names = ()
    group_field: Names = ()
    state_field: Names = ()
    customer: Names = ()
    service: Names = ()
    kept: Names = ()
    breached: Names = ()
    due: Names = ()
    done: Names = ()
    missing: Names = ()


_OLD = (
    "oldvalue",
    "old_value",
    "from",
    "from_string",
    "fromstring",
    "old",
    "valor_anterior",
    "valor_antiguo",
    "antes",
    "de",
    "desde",
)
_NEW = (
    "newvalue",
    "new_value",
    "to",
    "to_string",
    "tostring",
    "new",
    "valor_nuevo",
    "nuevo_valor",
    "despues",
    "a",
    "hasta",
)
_FIELD = ("fieldname", "field_name", "field", "campo", "nombre_de_campo", "nombre_del_campo")

TICKET_TOOLS: tuple[TicketTool, ...] = (
    TicketTool(
        "servicenow",
        "ServiceNow",
        sure=("incident_state", "made_sla", "documentkey", "sys_updated_at", "estado_de_la_incidencia"),
        marks=_names(
            "assignment_group incident_state sys_updated_at sys_updated_on sys_created_on sys_id documentkey "
            "tablename made_sla grupo_de_asignacion estado_de_la_incidencia has_breached reassignment_count "
            "table_name document_key cumple_sla sla_cumplido"
        ),
        case=("number", "numero", "documentkey", "document_key", "task", "tarea", "inc_number"),
        group=("assignment_group", "grupo_de_asignacion", "grupo_asignado", "grupo_asignacion"),
        time=(
            "sys_updated_at",
            "sys_updated_on",
            "updated",
            "updated_on",
            "actualizado",
            "actualizada",
            "sys_created_on",
            "created",
            "creado",
            "creada",
        ),
        state=("incident_state", "state", "status", "estado_de_la_incidencia", "estado_de_incidencia", "estado"),
        field=_FIELD,
        old=_OLD,
        new=_NEW,
        group_field=("assignment_group", "grupo_de_asignacion"),
        state_field=("incident_state", "state", "estado"),
        customer=("location", "ubicacion", "company", "empresa", "business_unit", "department", "departamento"),
        service=("category", "categoria", "business_service", "service_offering", "subcategory", "servicio"),
        kept=("made_sla", "sla_cumplido", "cumple_sla"),
        breached=("has_breached", "breached", "incumplido"),
        due=("sla_due", "planned_end_time", "due_date", "fecha_de_vencimiento", "vencimiento"),
        done=("resolved_at", "resuelto", "resuelta", "fecha_de_resolucion", "closed_at"),
    ),
    TicketTool(
        "jira",
        "Jira",
        sure=("issue_key", "clave_de_incidencia", "clave_de_la_incidencia"),
        marks=_names(
            "issue_key issue_id issue_type project_key clave_de_incidencia clave_de_la_incidencia tipo_de_incidencia "
            "clave_de_proyecto id_de_la_incidencia"
        ),
        case=("issue_key", "key", "clave_de_incidencia", "clave_de_la_incidencia", "clave"),
        group=("team", "equipo", "assigned_team", "equipo_asignado"),
        time=("created", "creado", "creada", "fecha_de_creacion", "date", "fecha", "updated"),
        state=("status", "estado"),
        field=_FIELD,
        old=_OLD,
        new=_NEW,
        group_field=("team", "equipo", "assigned_team", "equipo_asignado", "assignment_group", "group", "grupo"),
        state_field=("status", "estado"),
        customer=(
            "organizations",
            "organizaciones",
            "organization",
            "location",
            "ubicacion",
            "site",
            "sede",
            "country",
            "pais",
        ),
        service=("request_type", "tipo_de_solicitud", "issue_type", "tipo_de_incidencia", "component", "componente"),
        kept=("time_to_resolution", "tiempo_hasta_resolucion", "tiempo_hasta_la_resolucion", "sla"),
        due=("due_date", "due", "fecha_de_vencimiento", "vencimiento"),
        done=("resolved", "resuelto", "resuelta"),
        missing=("Unassigned", "Sin asignar"),
    ),
    TicketTool(
        "znuny",
        "Znuny / OTRS",
        sure=("historytype", "history_type"),
        marks=("historytype", "ticketnumber", "history_type", "ticket_number", "queue", "cola", "numero_de_ticket"),
        case=("ticketnumber", "ticket_number", "tn", "numero_de_ticket", "ticket", "ticketid", "ticket_id"),
        group=("queue", "cola", "queue_name"),
        time=("createtime", "create_time", "created", "creado", "fecha_de_creacion", "changetime", "change_time"),
        state=("state", "estado", "statename"),
        customer=("customerid", "customer_id", "customer_company", "cliente", "id_de_cliente"),
        service=("service", "servicio", "type", "tipo"),
        missing=("Raw",),
    ),
    TicketTool(
        "xes",
        "XES",
        sure=("case_concept_name", "org_group"),
        marks=(
            "case_concept_name",
            "concept_name",
            "lifecycle_transition",
            "org_group",
            "time_timestamp",
            "org_resource",
        ),
        case=("case_concept_name", "case_id", "caseid"),
        group=("org_group", "org_role", "group", "role", "org_resource"),
        time=("time_timestamp", "timestamp", "complete_timestamp"),
        state=("concept_name", "activity"),
        substate=("lifecycle_transition",),
        customer=("case_customer", "case_location", "case_country", "case_department", "case_product"),
        service=("case_service", "case_category", "case_type", "case_product"),
        kept=("case_kept", "case_made_sla"),
        due=("case_planned_end", "case_due", "case_due_date"),
        done=("case_end", "case_resolved", "case_closed"),
        missing=("EMPTY",),
    ),
    TicketTool(
        "",
        "",
        marks=(),
        case=_names(
            "case_id caseid case caso id_caso ticket "
            "ticket_id incident_id incident incidencia id_incidencia expediente "
            "sr_number request_id order order_id pedido number numero id"
        ),
        group=_names(
            "assignment_group grupo_de_asignacion grupo_asignacion "
            "group grupo team equipo queue cola involved_st department departamento area unidad unit "
            "role rol org_group org_role service_team "
            "assigned_group grupo_asignado grupo_resolutor org_resource resource recurso"
        ),
        time=_names(
            "timestamp complete_timestamp change_date_time datestamp date_time datetime time fecha_hora fecha_y_hora "
            "fecha marca_temporal momento date start_time start_timestamp inicio created creado updated actualizado"
        ),
        state=("status", "state", "estado", "incidentactivity_type", "activity", "actividad", "event", "evento"),
        substate=("sub_status", "substatus", "subestado", "lifecycle_transition"),
        field=_FIELD,
        old=_OLD,
        new=_NEW,
        group_field=("group", "grupo", "team", "equipo", "assignment_group", "queue", "cola"),
        state_field=("status", "state", "estado"),
        customer=_names(
            "customer cliente client location ubicacion site sede "
            "country pais company empresa organization organizacion "
            "product producto"
        ),
        service=("category", "categoria", "service", "servicio", "type", "tipo", "product", "producto"),
        kept=_names(
            "made_sla kept sla_met met_sla within_sla sla_cumplido cumple_sla cumplido en_plazo dentro_de_plazo"
        ),
        breached=("breached", "has_breached", "sla_breached", "incumplido", "fuera_de_plazo"),
        due=("due", "due_date", "deadline", "planned_end", "vencimiento", "plazo", "fecha_limite"),
        done=("resolved_at", "resolved", "resolved_time", "end", "fin", "resuelto", "fecha_de_resolucion", "closed_at"),
    ),
)
"""Every tool; the last one stands for those that are not known by name."""

RESOLVED = frozenset(
    _names(
        "resolved closed done completed complete solved fixed finished closed_successful closed_unsuccessful "
        "closed_complete closed_resolved resuelto resuelta cerrado cerrada completado completada terminado terminada "
        "finalizado finalizada hecho solucionado solucionada cerrado_con_exito cerrado_sin_exito closure resolution"
    )
)
"""States that resolve a case, as `fold` writes them: only proposed, never taken without being written out."""

PLAIN_LIFECYCLE = frozenset(
    _names("start complete schedule assign reassign suspend resume manualskip autoskip withdraw pi_abort ate_abort")
)
"""Transitions of the standard life cycle of an activity, which say nothing of the case."""
