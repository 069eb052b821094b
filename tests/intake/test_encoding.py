"""Bytes become UTF-8, whatever they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxgraph.errors import ParameterError
from cxgraph.intake.encoding import to_utf8
from cxgraph.tables.raw import ProblemLog

MARKED = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
LEGACY = ("cp1252", "latin-1", "mac_roman", "cp850")
TEXTS = (
    "proveedor;cliente\nAtención;Gestión\n",
    "ÁREA;DIRECCIÓN\nLogística;Año nuevo\n",
    "a,b\nMüller,Größe\n",
    "a,b\nSão João,Informação\n",
    "a;b\nLogística;Contabilidad\n",
    "a;b\nDépôt;Généralités\n",
)


def decoded(data: bytes, encoding: str | None = None) -> tuple[str | None, list[tuple[str, int | None]]]:
    findings = ProblemLog()
    text = to_utf8(data, log=findings, file="f.csv", encoding=encoding)
    said = [(problem.code, problem.line) for problem in findings.problems]
    return None if text is None else text.decode("utf-8"), said


@given(st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])), st.sampled_from(MARKED))
def test_unicode_is_recognised_without_a_word(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == (text, [])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == (text, [])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", LEGACY)
def test_western_text_is_recognised_and_the_guess_is_said(text: str, encoding: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("the encoding lacks a letter")
    assert decoded(data) == (text, [("encoding-guessed", None)])


@given(st.text(st.characters(codec="cp1252", exclude_characters="\0")))
def test_a_named_encoding_is_obeyed(text: str) -> None:
    assert decoded(text.encode("cp1252"), "cp1252") == (text, [])


def test_a_named_encoding_drops_its_own_mark() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "UTF_16", "utf-16-le", "utf-32"):
        written = "utf-8-sig" if "8" in encoding else encoding.replace("-le", "")
        assert decoded("ñ".encode(written), encoding) == ("ñ", [])


@pytest.mark.parametrize(
    ("data", "encoding", "line"),
    [
        ("a\nb\nñ".encode("cp1252"), "utf-8", 3),
        (b"a\nb\x81", "cp1252", 2),
        (b"\xff\xfea\0\n\0b", None, 2),
        (b"a", "utf-16", 1),
    ],
)
def test_what_is_not_in_its_encoding_is_refused_with_its_line(data: bytes, encoding: str | None, line: int) -> None:
    assert decoded(data, encoding) == (None, [("undecodable", line)])


def test_a_few_bad_bytes_in_utf8_are_an_error_not_a_guess() -> None:
    data = "Logística\nAtención\nPeñón\n".encode() + "Gestión".encode("cp1252")
    assert decoded(data) == (None, [("mixed-encodings", 4)])


def test_bytes_that_are_no_text_are_refused() -> None:
    assert decoded(b"a,b\n" + bytes(range(0xB0, 0xC0)) * 9) == (None, [("undecodable", 2)])


@pytest.mark.parametrize("encoding", ["klingon", "hex", "base64", "undefined", "", "\0"])
def test_an_encoding_that_is_none_is_a_mistake_of_the_caller(encoding: str) -> None:
    with pytest.raises(ParameterError, match="no text encoding"):
        decoded(b"a", encoding)


@given(st.binary())
def test_any_bytes_are_text_or_a_fault(data: bytes) -> None:
    text, said = decoded(data)
    assert (text is None) == any(code in ("undecodable", "mixed-encodings") for code, _ in said)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("proveedor,cliente\nРемонт,Приемная\nБухгалтерия,Отдел продаж и склад\n", "cp1251"),
        ("Κρατήσεις,Συντήρηση και καθαριότητα\nΥποδοχή,Πελάτες\n", "cp1253"),
    ],
)
def test_other_scripts_are_left_to_chardet_and_said(text, encoding):
    findings = ProblemLog()
    read = to_utf8((text * 4).encode(encoding), log=findings, file="x.csv")
    assert read is not None
    assert read.decode() == text * 4
    assert [problem.code for problem in findings.problems] == ["encoding-guessed"]
