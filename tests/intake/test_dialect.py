"""Which sign separates cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.intake.dialect import DELIMITERS, Dialect, find_dialect

KNOWN = {"supplier", "client", "fulfilment", "proveedor", "cliente", "cumplimiento"}


@given(
    st.sampled_from(DELIMITERS),
    st.permutations(["supplier", "client", "fulfilment", "Notes, etc; or | more"]),
    st.lists(st.sampled_from(["7,5", "1.234,5", "HR, Legal; IT", "a|b", "x\ty", ""]), min_size=4, max_size=4),
)
def test_the_separator_is_found_whatever_the_cells_hold(delimiter: str, headers: list[str], cells: list[str]) -> None:
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in (headers, cells)]
    assert find_dialect("\n".join(lines).encode(), KNOWN).delimiter == delimiter


def test_decimal_commas_do_not_confuse() -> None:
    rows = b"".join(b"IT;Ventas;7,5\n" for _ in range(50))
    assert find_dialect(b"proveedor;cliente;cumplimiento\n" + rows, KNOWN).delimiter == ";"


def test_unknown_headers_are_split_where_rows_agree() -> None:
    assert find_dialect("Área;Quién, y dónde\nIT;Ventas\nHR;IT, Ventas\n".encode(), KNOWN).delimiter == ";"


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (b"", Dialect(",")),
        (b"one\ntwo\n", Dialect(",")),
        (b"\n\n", Dialect(",", 2, 3)),
        (b"sep=;\r\nsupplier;client\r\n", Dialect(";", 7, 2)),
        (b'"sep=|"\nsupplier|client\n', Dialect("|", 8, 2)),
        (b"sep=\t\nsupplier\tclient\n", Dialect("\t", 6, 2)),
        (b"\n \nsupplier;client\n", Dialect(";", 3, 3)),
        (b"\nsep=;\nsupplier;client\n", Dialect(";", 7, 3)),
        (b"sep=;", Dialect(";", 5, 2)),
        (b"sep=,\nsupplier;x,client\n", Dialect(",", 6, 2)),
    ],
)
def test_where_the_header_begins(text: bytes, dialect: Dialect) -> None:
    assert find_dialect(text, KNOWN) == dialect


def test_a_quote_that_swallows_the_sample_does_no_harm() -> None:
    assert find_dialect(b'supplier;client;"' + b"x" * 200_000, KNOWN).delimiter == ";"


@given(st.binary())
def test_any_bytes_have_a_dialect(data: bytes) -> None:
    dialect = find_dialect(data, KNOWN)
    assert dialect.delimiter in DELIMITERS
    assert 0 <= dialect.start <= len(data)
    assert dialect.first_line == 1 + data[: dialect.start].count(b"\n") or dialect.start == len(data)


def test_a_header_that_is_not_split_is_not_known_by_what_all_of_it_reads_like() -> None:
    assert find_dialect(b"customer;weight\n1;2\n", {"customer_weight"}).delimiter == ";"
