"""Files are written whole or not at all, never over an input, and over other results only when told."""

import os

import pytest

from cxgraph.errors import OutputError
from cxgraph.reporting.writing import write_file, write_folder


def test_other_results_are_replaced_only_when_told(tmp_path):
    write_folder(tmp_path, {"a.json": b"1", "b/c.csv": b"2"})
    write_folder(tmp_path, {"a.json": b"1", "b/c.csv": b"2"})  # the same again is no harm
    with pytest.raises(OutputError, match=r"other results \(b/c.csv\)"):
        write_folder(tmp_path, {"a.json": b"1", "b/c.csv": b"3"})
    assert (tmp_path / "b/c.csv").read_bytes() == b"2"
    write_folder(tmp_path, {"a.json": b"1", "b/c.csv": b"3"}, force=True)
    assert (tmp_path / "b/c.csv").read_bytes() == b"3"
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["a.json", "c.csv"], "nothing half-written is left"


@pytest.mark.parametrize(
    ("name", "standing", "refused"),
    [
        ("services.csv", True, "is one of the organisation's own tables"),
        ("notes.TXT", True, "is one of the organisation's own tables"),
        ("notes.txt", False, None),  # nobody's yet, and no name of a table
        ("services.csv", False, "would be read as one of"),
        ("result.json", True, None),
        ("out/services.csv", True, None),
    ],
)
def test_tables_of_the_organisation_are_never_written_over(tmp_path, name, standing, refused):
    target = tmp_path / "firm" / name
    target.parent.mkdir(parents=True)
    if standing:
        target.write_bytes(b"before")
    if refused is None:
        write_file(target, b"after", force=True, org=tmp_path / "firm")
        assert target.read_bytes() == b"after"
        return
    with pytest.raises(OutputError, match=refused):
        write_file(target, b"after", force=True, org=tmp_path / "firm")
    assert target.exists() == standing
    assert not standing or target.read_bytes() == b"before"


def test_the_one_file_that_was_read_is_never_written_over(tmp_path):
    table = tmp_path / "scores.data"
    table.write_bytes(b"before")
    (tmp_path / "link").symlink_to(table)
    for target in (table, tmp_path / "link"):
        with pytest.raises(OutputError, match="own tables"):
            write_file(target, b"after", force=True, org=table)
    write_file(tmp_path / "other.csv", b"after", org=table)


def test_folders_and_devices_are_not_replaced(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError, match="already holds"):
        write_file(tmp_path / "a.json", b"1")
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "a.json", b"1", force=True)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="device or pipe"):
        write_file(tmp_path / "pipe", b"1", force=True)
