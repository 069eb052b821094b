"""Any bytes, any cells: a result whose shares add up, or errors of ours that can be said in both languages.

`tests/benchmarks/fuzz.py` changes bytes of whole organisations by hand, for as long as one likes.
"""

import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph import Organization
from cxgraph.model.settings import Settings
from cxgraph.wording import Translator

FEW = settings(max_examples=60, deadline=None)
ODD = [
    *(
        "",
        " ",
        "x",
        "nan",
        "NA",
        "-1",
        "0",
        "10",
        "10.0",
        "7,5",
        "1e308",
        "1e-320",
        "1e999",
        "99",
        "5/10",
        "31/02/2025",
    ),
    *(
        "2025-Q1",
        "=1+1",
        "a\u202eb",
        "\u2028",
        "\u200b",
        '"',
        "'",
        "A|B",
        "a;b",
        "internal",
        "external_customer",
        "Á" * 300,
    ),
]
CELLS = st.one_of(st.sampled_from(ODD), st.sampled_from(["A", "B", "C", "D"]), st.text(max_size=6))
NUMBERS = st.one_of(st.floats(0, 10).map(repr), CELLS)
HEADERS = [
    "supplier,client,expectation,fulfilment",
    "proveedor;cliente;expectativa;cumplimiento;importancia",
    "supplier\tclient\tservice\tfulfilment\tresponses",
    "supplier,client,expectation,fulfillment,expectation",
    "client,supplier,score",
    "",
]
OBJECTS = st.one_of(
    CELLS,
    st.floats(),
    st.integers(),
    st.booleans(),
    st.sampled_from(
        [None, pd.NA, pd.NaT, [1], {"a": 1}, np.array([1]), b"7", 1j, object(), pd.Timestamp("2025-01-01")]
    ),
)


def outcome(build):
    """Return an organisation whose shares add up, or None where what was given is refused with words of ours."""
    try:
        organization = build()
        analysis = cxgraph.analyze(organization, transmission=0.5)
    except cxgraph.CxgraphError as error:
        for language in ("en", "es"):
            assert error.render(Translator(language))
        return None
    assert 0 <= analysis.customer_shortfall <= 1
    shares = analysis.bottlenecks()["share"].to_numpy(float)
    assert not analysis.customer_shortfall or math.isclose(shares.sum(), 1, rel_tol=1e-9)
    return organization


@FEW
@given(
    st.sampled_from(HEADERS),
    st.lists(st.lists(NUMBERS, min_size=2, max_size=6), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"]),
)
def test_any_table(header, rows, delimiter, end, encoding):
    text = end.join([header, *(delimiter.join(row) for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "services.csv").write_bytes(text.encode(encoding, errors="replace"))
        outcome(lambda: cxgraph.read(folder))


@FEW
@example(b"\x1c", "services.csv")  # a blank to texts and none to bytes
@given(st.binary(max_size=200), st.sampled_from(["services.csv", "departments.csv", "org.toml", "responses.csv"]))
def test_any_bytes(content, name):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "services.csv").write_text("supplier,client,expectation,fulfilment\nA,B,9,5\nB,C,9,7\n")
        (Path(folder) / name).write_bytes(content)
        outcome(lambda: cxgraph.read(folder))


@FEW
@given(st.dictionaries(st.sampled_from([*Settings.keys(), "x"]), OBJECTS, max_size=3))
def test_any_settings(options):
    frame = pd.DataFrame({"supplier": ["A", "B"], "client": ["B", "C"], "expectation": [9, 9], "fulfilment": [5, 7]})
    outcome(lambda: Organization.from_frames(frame, **options))


@FEW
@given(
    st.lists(st.tuples(CELLS, CELLS, OBJECTS, OBJECTS, OBJECTS), min_size=1, max_size=6),
    st.permutations(["supplier", "client", "expectation", "fulfilment", "importance"]),
)
def test_any_frame(rows, names):
    frame = pd.DataFrame(index=range(len(rows)))
    for place, name in enumerate(names):
        column = np.empty(len(rows), object)
        for row, cells in enumerate(rows):
            column[row] = cells[place]
        frame[name] = pd.Series(column, dtype=object)
    before = frame.copy()
    outcome(lambda: Organization.from_frames(frame))
    assert [list(map(id, frame[name])) for name in names] == [list(map(id, before[name])) for name in names]
