"""Whether a report is what its inputs give: every file compared with one that is computed again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cxgraph.errors import Problem
from cxgraph.wording import N_

_LISTED = 10


def compare_reports(found: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return what differs between a report and the one that its inputs give now.

    Parameters
    ----------
    found : mapping of str to bytes
        Files of the report, by name.
    fresh : mapping of str to bytes
        From `report_files`, with the recipe of the report.

    Returns
    -------
    tuple of Problem
        Inputs first, then versions, numbers and files; empty where every byte is the same.
    """
    differing = [name for name, content in fresh.items() if found.get(name) != content]
    if not differing:
        return ()
    problems: list[Problem] = []
    if "result.json" in differing and "result.json" in found:
        before, after = _loaded(found["result.json"]), json.loads(fresh["result.json"])
        if before is not None:
            problems += [
                *compare_inputs(input_sums(before), input_sums(after)),
                *_versions(before, after),
                *_numbers(before, after),
            ]
    for name in differing:
        message = N_("{name} is missing.") if name not in found else N_("{name} is not what the inputs give.")
        problems.append(Problem("error", "file-differs", message, "", {"name": name}))
    return tuple(problems)


def _loaded(content: bytes) -> dict[str, Any] | None:
    """Return result.json as far as it can be compared: a record, whose parts may be of any shape."""
    try:
        result = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return result if isinstance(result, dict) else None


def input_sums(result: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of every input by name, as far as a result tells."""
    listed = result.get("inputs")
    return {
        source["name"]: source["sha256"]
        for source in (listed if isinstance(listed, list) else ())
        if isinstance(source, dict) and isinstance(source.get("name"), str) and isinstance(source.get("sha256"), str)
    }


def compare_inputs(old: Mapping[str, str], new: Mapping[str, str]) -> list[Problem]:
    """Return which inputs came, went or changed.

    Parameters
    ----------
    old, new : mapping of str to str
        SHA-256 by name, of the report and of the files as they are now.

    Returns
    -------
    list of Problem
        By name; empty where all are equal.
    """
    problems = []
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            message = (
                N_("Input {name} was not there when the report was made.")
                if name not in old
                else N_("Input {name} is gone.")
                if name not in new
                else N_("Input {name} has changed: its SHA-256 was {old} and is {new}.")
            )
            problems.append(
                Problem(
                    "error",
                    "input-differs",
                    message,
                    "",
                    {"name": name, "old": str(old.get(name))[:12], "new": str(new.get(name))[:12]},
                )
            )
    return problems


def _versions(before: dict[str, Any], after: dict[str, Any]) -> list[Problem]:
    old, new = (
        {"cxgraph": one.get("cxgraph_version"), **(versions if isinstance(versions, dict) else {})}
        for one, versions in ((before, before.get("versions")), (after, after.get("versions")))
    )
    return [
        Problem(
            "error",
            "version-differs",
            N_("{name} was {old} and is {new}; the last digits may differ by that."),
            "",
            {"name": name, "old": old.get(name), "new": new.get(name)},
        )
        for name in new
        if old.get(name) != new.get(name)
    ]


def _numbers(before: Any, after: Any) -> list[Problem]:
    told = ("inputs", "versions", "cxgraph_version")
    found = [one for one in _walk(before, after, "") if not one[0].startswith(told)]
    problems = [
        Problem(
            "error",
            "number-differs",
            N_("{place}: the report says {old}, the inputs give {new}."),
            "",
            {"place": place, "old": _short(old), "new": _short(new)},
        )
        for place, old, new in found[:_LISTED]
    ]
    if len(found) > _LISTED:
        problems.append(
            Problem(
                "error",
                "number-differs",
                N_("... and {count} more {count:value|values} of result.json."),
                "",
                {"count": len(found) - _LISTED},
            )
        )
    return problems


def _walk(before: Any, after: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield every place at which two JSON values differ, with both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _walk(before.get(key), after.get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{place} (rows)", len(before), len(after)
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from _walk(one, other, f"{place}[{number}]")
    elif before != after or type(before) is not type(after):
        yield place, before, after


def _short(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError:
        text = "…"
    return text if len(text) <= 60 else text[:59] + "…"
