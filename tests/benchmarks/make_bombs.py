"""Write organisations that are large or odd in one way each, for bombs.py.

Run by hand; every folder is one organisation, named after what is wrong with it::

    python tests/benchmarks/make_bombs.py FOLDER [--only NAME ...]
    python tests/benchmarks/bombs.py FOLDER check bottlenecks

About 900 MB are written. All of it comes from counting, so that two runs write the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

HEAD = "supplier,client,service,expectation,fulfilment\n"
FEW = HEAD + "A,B,s,8,6\nB,Customer,t,8,7\n"
ACCENTS = "\u0301" * 2000
UNSEEN = "\u202e\u200b" * 500
ANSWERS = "respondent,supplier,client,service,expectation,fulfilment\n"
LAST_HEAD = "supplier,client,service,expectation,fulfilment,importance,responses,fulfilment_sd\n"

Maker = Callable[[Path], None]


def lines(place: Path, name: str, head: str, rows: Iterable[str]) -> None:
    """Write a table."""
    with (place / name).open("w", encoding="utf-8", newline="") as file:
        file.write(head)
        file.writelines(f"{row}\n" for row in rows)


def file(name: str, content: Callable[[], bytes], services: str = FEW) -> Maker:
    """Return what writes one file, beside a small table of services where it is another."""

    def make(place: Path) -> None:
        if name != "services.csv":
            (place / "services.csv").write_text(services, encoding="utf-8")
        (place / name).write_bytes(content())

    return make


def table(name: str, head: str, row: Callable[[int], str], count: int, services: str = FEW) -> Maker:
    """Return what writes a table of many rows, beside a small table of services where it is another."""

    def make(place: Path) -> None:
        if name != "services.csv":
            (place / "services.csv").write_text(services, encoding="utf-8")
        lines(place, name, head, map(row, range(count)))

    return make


def services(row: Callable[[int], str], count: int, head: str = HEAD) -> Maker:
    """Return what writes many services."""
    return table("services.csv", head, row, count)


def _many_files(place: Path) -> None:
    (place / "services.csv").write_text(FEW, encoding="utf-8")
    for number in range(20_000):
        (place / f"notes{number}.csv").write_text("a,b\n1,2\n", encoding="utf-8")


def _parents(place: Path) -> None:
    """Write a chain of departments, each the parent of the next."""
    lines(place, "services.csv", HEAD, ["D0,D99999,s,8,6", "D99999,Customer,t,8,7"])
    chain = (f"D{n},department,{'D' + str(n - 1) if n else ''}" for n in range(100_000))
    lines(place, "departments.csv", "id,kind,parent\n", [*chain, "Customer,customer,"])


def _ring_of_parents(place: Path) -> None:
    lines(place, "services.csv", HEAD, ["D0,D9,s,8,6"])
    lines(place, "departments.csv", "id,parent\n", (f"D{n},D{(n + 1) % 100_000}" for n in range(100_000)))


KINDS: dict[str, Maker] = {
    # Bytes that are no table.
    "blank-100MB": file("services.csv", lambda: FEW.encode() + b" " * 100_000_000),
    "linefeeds-100MB": file("services.csv", lambda: FEW.encode() + b"\n" * 100_000_000),
    "returns-100MB": file("services.csv", lambda: FEW.encode() + b"\r" * 100_000_000),
    "blank-lines-before": file("services.csv", lambda: b"\n" * 20_000_000 + FEW.encode()),
    "commas-only": file("services.csv", lambda: FEW.encode() + (b"," * 4 + b"\n") * 2_000_000),
    "nul-50MB": file("services.csv", lambda: b"\0" * 50_000_000),
    "nul-inside": file("services.csv", lambda: FEW.encode() + b"A,B,\0,8,6\n" * 100_000),
    "quote-open-50MB": file("services.csv", lambda: HEAD.encode() + b'"' + b"A,B,s,8,6\n" * 5_000_000),
    "quotes-everywhere": file("services.csv", lambda: HEAD.encode() + b'A"",B"",s"s,"8,6\n' * 500_000),
    "cell-50MB": file("services.csv", lambda: HEAD.encode() + b"A,B," + b"x" * 50_000_000 + b",8,6\n"),
    "cells-1MB": file(
        "services.csv",
        lambda: HEAD.encode() + b"".join(b"A,B,%d" % n + b"x" * 1_000_000 + b",8,6\n" for n in range(40)),
    ),
    "line-without-end": file("services.csv", lambda: b"A" * 80_000_000),
    "random-bytes": file("services.csv", lambda: bytes((n * n * 7 + n // 251) % 256 for n in range(4_000_000))),
    "utf16": file("services.csv", lambda: (HEAD + "A,B,s,8,6\n" * 300_000).encode("utf-16")),
    "utf32-mark": file("services.csv", lambda: (HEAD + "A,B,s,8,6\n" * 100_000).encode("utf-32")),
    "latin1-late": file(
        "services.csv", lambda: FEW.encode() + b"A,B,x,8,6\n" * 500_000 + "A,B,ñandú,8,6\n".encode("latin-1")
    ),
    # Too many of something.
    "columns-1e6": file(
        "services.csv", lambda: ",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n" + b"," * 999_999 + b"\n"
    ),
    "columns-same-1e5": file(
        "services.csv", lambda: HEAD.strip().encode() + b",x" * 100_000 + b"\nA,B,s,8,6" + b",1" * 100_000
    ),
    "cells-beyond-header": file("services.csv", lambda: HEAD.encode() + b"A,B,s,8,6" + b",1" * 2_000_000 + b"\n"),
    "rows-ragged": services(lambda n: "A,B" + ",1" * (n % 9), 300_000),
    "customers-50000": services(lambda n: f"D{n % 100},K{n},s,8,{n % 8}", 50_000),
    "customers-100000": services(lambda n: f"D{n},K{n},s,8,{n % 8}", 100_000),
    "chain-100000": services(lambda n: f"D{n},D{n + 1},s,8,6", 100_000),
    "ring-100000": services(lambda n: f"D{n},D{(n + 1) % 100_000},s,8,6", 100_000),
    "star-200000": services(lambda n: f"Hub,D{n},s,8,6", 200_000),
    "parallel-300000": services(lambda n: f"A,Customer,s{n},8,{n % 8}", 300_000),
    "same-row-500000": services(lambda _: "A,Customer,s,8,6", 500_000),
    "departments-200000": table(
        "departments.csv", "id,name,kind\n", lambda n: f"D{n},Name {n},department", 200_000, HEAD + "D1,D2,s,8,6\n"
    ),
    "departments-same": table("departments.csv", "id,name\n", lambda n: f"A,Name {n}", 200_000),
    "parents-100000": _parents,
    "parents-ring": _ring_of_parents,
    "periods-50000": services(
        lambda n: f"A,B,s,8,6,{1000 + n % 9000}-{1 + n % 12:02d}", 50_000, HEAD.strip() + ",period\n"
    ),
    "twins-100000": services(lambda n: f"A,Customer,{'S' if n % 2 else 's'}ervice-{n // 2},8,6", 100_000),
    "practices-200000": table("practices.csv", "department,practice,score\n", lambda n: f"A,p{n},3", 200_000),
    "actions-100000": table(
        "actions.csv", "id,supplier,client,service,cost,expected_fulfilment\n", lambda n: f"a{n},A,B,s,{n},7", 100_000
    ),
    "actions-needs": table(
        "actions.csv", "id,supplier,client,service,cost,needs\n", lambda n: f"a{n},A,B,s,5,a{n + 1}", 50_000
    ),
    "answers-1e6": table("responses.csv", ANSWERS, lambda n: f"r{n},A,B,s,8,{n % 9}", 1_000_000),
    "respondents-same": table("responses.csv", ANSWERS, lambda _: "r,A,B,s,8,6", 500_000),
    "files-20000": _many_files,
    # Cells that are wrong, each in another way.
    "wrong-numbers": services(
        lambda n: f"A{n % 300},B{n % 280},s{n},word {n}x,bad {n}y,no idea {n},some {n},about {n}.{n}",
        200_000,
        LAST_HEAD,
    ),
    "wrong-kinds": services(lambda n: f"A,B,s{n},8,6,kind {n}", 200_000, HEAD.strip() + ",kind\n"),
    "wrong-dates": table(
        "responses.csv", "date,supplier,client,expectation,fulfilment\n", lambda n: f"{n}-99-{n},A,B,8,6", 200_000
    ),
    "off-scale": services(lambda n: f"A,B,s{n},{n},{-n}", 300_000),
    "marks-mixed": services(lambda n: f'A,B,s{n},"{n % 9},{n}",{n % 9}.{n}', 200_000),
    "thousands-doubtful": services(lambda n: f'A,B,s{n},"{1 + n % 9},{100 + n % 900}",8', 200_000),
    "digits-5MB": file("services.csv", lambda: HEAD.encode() + b"A,B,s," + b"9" * 5_000_000 + b",6\n"),
    "digits-many": services(lambda n: f"A,B,s{n},{'9' * 4000},6", 5_000),
    "dates-for-numbers": services(lambda n: f"A,B,s{n},{1 + n % 28:02d}-Aug,{1 + n % 28:02d}-May", 200_000),
    "formulas": services(lambda n: f"=cmd|{n},B,s{n},8,6", 200_000),
    "unknown-actions": table("actions.csv", "id,supplier,client,service\n", lambda n: f"a{n},X{n},Y{n},z{n}", 200_000),
    "unknown-departments": services(lambda n: f"U{n},V{n},s,8,6", 200_000, HEAD),
    "near-names": services(lambda n: f"Department {n},department  {n},s,8,6", 100_000),
    "combining": services(lambda n: f"A{ACCENTS}{n},B,s,8,6", 5_000),
    "unseen": services(lambda n: f"A{UNSEEN}{n},B,s,8,6", 20_000),
    "numbers-edge": services(lambda n: f"A,Customer,s{n},{5e-324 * (n + 1)!r},0", 10_000),
    # Settings.
    "toml-keys-20000": file("org.toml", lambda: b"".join(b"key%d = 1\n" % n for n in range(20_000))),
    "toml-dotted-40000": file("org.toml", lambda: b"a" + b".a" * 40_000 + b" = 1\n"),
    "toml-nested-arrays": file("org.toml", lambda: b"a = " + b"[" * 100_000 + b"]" * 100_000),
    "toml-nested-tables": file("org.toml", lambda: b"a = " + b"{a = " * 20_000 + b"1" + b"}" * 20_000),
    "toml-string-50MB": file("org.toml", lambda: b'name = "' + b"x" * 50_000_000 + b'"\n'),
    "toml-integer-5MB": file("org.toml", lambda: b"scale = [0, " + b"9" * 5_000_000 + b"]\n"),
    "toml-comments-50MB": file("org.toml", lambda: b"# nothing\n" * 5_000_000),
    "toml-tables-50000": file("org.toml", lambda: b"".join(b"[t%d]\n" % n for n in range(50_000))),
}


def main() -> None:
    """Write the folders that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=sorted(KINDS), default=list(KINDS))
    chosen = parser.parse_args()
    for name in chosen.only:
        place = chosen.folder / name
        place.mkdir(parents=True)
        KINDS[name](place)
    print(f"{len(chosen.only)} organisations in {chosen.folder}")


if __name__ == "__main__":
    main()
