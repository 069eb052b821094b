"""The report as Markdown: the same words, and nothing in a name that becomes a mark."""

import pytest

from cxgraph.reporting.blocks import Document, Grid, Listing, Paragraph, Section, TableColumn
from cxgraph.reporting.formats.markdown import render_markdown
from cxgraph.wording import Translator


def rendered(*blocks):
    return render_markdown(Document("en", "T", "s", (Section("a", "A", blocks),)), Translator("en"))


@pytest.mark.parametrize("text", ["a|b", "[x](y)", "<b>", "`c`", "*d*", "# e", "_f_", "\\g"])
def test_marks_in_names_are_escaped(text):
    table = rendered(Grid("n", "c", (TableColumn("h", "text", (text,)), TableColumn("i", "text", ("z",)))))
    row = table.strip().splitlines()[-1]
    assert row.replace("\\|", "").count("|") == 3
    for mark in "[<`*#_":
        assert row.count(mark) == row.count("\\" + mark)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://evil.example/x", "http\\://evil.example/x"),
        ("see HTTPS://evil.example", "see HTTPS\\://evil.example"),
        ("ftp://x.example", "ftp\\://x.example"),
        ("www.evil.example", "www\\.evil.example"),
        ("a@b.example", "a\\@<!-- -->b.example"),
        ("mailto:a@b.example", "mailto:a\\@<!-- -->b.example"),
        ("@team", "\\@<!-- -->team"),
        ("17.7 % at 5: yes", "17.7 % at 5: yes"),
        ("&lt;b> R&D", "\\&lt;b\\> R&D"),
    ],
)
def test_addresses_in_names_are_no_links(text, written):
    """As GitHub's own renderer reads them: none of the results on the right becomes a link there."""
    assert written in rendered(Paragraph(text))


def test_a_line_break_in_a_name_begins_no_line():
    assert "\n# x" not in rendered(Paragraph("a\n# x"), Listing(("b\r\n- c",)))


def test_the_hotel_has_every_section_table_and_figure(make_files):
    files = make_files("hotel")
    text = files["report.md"].decode()
    assert text.count("\n## ") == 14
    for name in files:
        if name.startswith("figures/"):
            assert f"({name})" in text
    assert "| Maintenance |" in text
