"""Whether the tests notice when one line of the mathematics, of the reading or of the privacy is wrong.

Draws one-line mutations at thresholds, guards and fallbacks, a fixed number from each room: comparisons moved by one,
conditions joined the other way or turned round, boundary constants and defaults shifted, smallest and largest
exchanged, statements dropped, fallbacks dropped. Each is applied in a temporary copy of the tree, and only the tests
of its own room run there, those that are likeliest to notice first, until one fails. A test that fails without the
mutation too does not count. What survives is listed in mutations.toml beside this file where it changes nothing that
anybody could notice, with the reason.

Run it with ``python tests/benchmarks/mutations.py`` (about half an hour on one core). Exit code 1 where fewer than
50 of 60 die, in proportion.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import resource
import shutil
import sys
import tempfile
import time
import tomllib
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib.figure  # noqa: F401  so that no run of tests need load it again, as the libraries below
import networkx as nx  # noqa: F401
import pandas as pd  # noqa: F401
import pytest
import scipy.sparse.csgraph
import scipy.stats  # noqa: F401

ROOT = Path(__file__).parents[2]
REASONS = Path(__file__).with_suffix(".toml")
ROOMS = ("cascade", "intake", "privacy", "reporting", "transmission", "uncertainty")
COUNT, ENOUGH, SEED = 60, 50 / 60, 10
ALSO = {
    "privacy": ("reporting/test_suppressed.py", "cli/test_suppressed.py"),
    "reporting": ("cli/test_verify.py",),
}
"""Tests that a room has with a neighbour: what is withheld is tested where it would be shown, `verify` at its door."""
LIMIT = 400
"""Seconds of computing that one run of tests may take; a mutation that lets them run longer is noticed."""
MEMORY = 8 << 30
"""Bytes that it may take: a loop without an end must not take them from others."""
COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
OPPOSITES = dict(
    (
        pair
        for one, other in (
            ("min", "max"),
            ("fmin", "fmax"),
            ("minimum", "maximum"),
            ("any", "all"),
            ("nanmin", "nanmax"),
        )
        for pair in ((one, other), (other, one))
    )
)


@dataclass(frozen=True)
class Mutation:
    """One change of one line: bytes `start` to `end` of a file become `new`."""

    file: str
    line: int
    kind: str
    within: str
    start: int
    end: int
    old: str
    new: str
    before: str = ""
    after: str = ""

    @property
    def room(self) -> str:
        """The room that the file is in."""
        return Path(self.file).parts[1]

    def applied(self, source: bytes) -> bytes:
        """Return the mutated file."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def rank(self, seed: int) -> str:
        """Return where it stands in the draw; editing other lines moves nothing."""
        key = (seed, self.file, self.within, self.kind, self.before, self.after)
        return hashlib.sha256(repr(key).encode()).hexdigest()


class Finder(ast.NodeVisitor):
    """Find where a file can be mutated."""

    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source = file, source
        self.lines = [0]
        for text in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(text))
        self.within: list[str] = []
        self.found: list[Mutation] = []

    def begin(self, node: ast.AST) -> int:
        """Return the byte that a node begins at."""
        return self.lines[node.lineno - 1] + node.col_offset

    def close(self, node: ast.AST) -> int:
        """Return the byte that follows a node."""
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.AST) -> str:
        """Return the source of a node."""
        return self.source[self.begin(node) : self.close(node)].decode()

    def add(self, kind: str, line: int, start: int, end: int, new: str) -> None:
        """Keep a mutation that is still Python."""
        old = self.source[start:end].decode()
        one = Mutation(self.file, line, kind, ".".join(self.within), start, end, old, new)
        mutated = one.applied(self.source)
        try:
            ast.parse(mutated)
        except SyntaxError:
            return
        first = self.source.rfind(b"\n", 0, start) + 1
        last = self.source.find(b"\n", end)
        before = self.source[first:last].decode().strip()
        after = mutated[first : last + len(mutated) - len(self.source)].decode().strip()
        self.found.append(replace(one, before=before, after=after))

    def swap(self, kind: str, left: ast.AST, right: ast.AST, old: str, new: str) -> None:
        """Exchange the operator between two operands."""
        start, end = self.close(left), self.begin(right)
        place = re.search(rf"(?<![\w<>=!]){re.escape(old)}(?![\w<>=])", self.source[start:end].decode())
        if place:
            self.add(kind, left.end_lineno, start + place.start(), start + place.end(), new)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave texts alone."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Remember the name; leave protocols alone."""
        if any("Protocol" in ast.dump(base) for base in node.bases):
            return
        self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Remember the name; shift the defaults of numbers and switches."""
        self.within.append(node.name)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self._constant("default", default)
        for child in node.body:
            self.visit(child)
        self.within.pop()

    def _inside(self, node: ast.ClassDef) -> None:
        self.within.append(node.name)
        for child in node.body:
            if isinstance(child, ast.AnnAssign):
                if child.value is not None:
                    self._constant("default", child.value)
            else:
                self.visit(child)
        self.within.pop()

    def visit_If(self, node: ast.If) -> None:
        """Leave what only the type checker reads alone."""
        if "TYPE_CHECKING" not in ast.dump(node.test):
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Shift the constants of a module; drop what changes a part of an array, or narrows what is there."""
        target = node.targets[0]
        if isinstance(target, ast.Name):
            if not self.within:
                self._constant("constant", node.value)
            elif target.id in {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}:
                self._drop(node)
        elif isinstance(target, ast.Subscript):
            self._drop(node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Shift annotated constants; types hold nothing."""
        if node.value is not None:
            if not self.within:
                self._constant("constant", node.value)
            self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Drop it."""
        self._drop(node)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Drop calls made for their effect."""
        if isinstance(node.value, ast.Call):
            self._drop(node)
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        """Drop it."""
        self._drop(node)
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        """Drop it."""
        self._drop(node)

    def visit_Break(self, node: ast.Break) -> None:
        """Drop it."""
        self._drop(node)

    def _drop(self, node: ast.stmt) -> None:
        if node.lineno == node.end_lineno:
            self.add("dropped statement", node.lineno, self.begin(node), self.close(node), "pass")

    def _constant(self, kind: str, node: ast.expr) -> None:
        if not isinstance(node, ast.Constant) or isinstance(node.value, (str, bytes, complex)) or node.value is None:
            return
        if isinstance(node.value, bool):
            new = str(not node.value)
        else:
            new = repr(node.value + 1 if isinstance(node.value, int) else node.value * 1.5 or 0.5)
        self.add(kind, node.lineno, self.begin(node), self.close(node), new)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Move a comparison by its boundary, and the boundary."""
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            self.swap("comparison", left, right, *COMPARISONS[type(operator)])
            self._constant("boundary", right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """Join conditions the other way."""
        names = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.swap("and/or", left, right, *names)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Join masks the other way."""
        names = {ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&")}.get(type(node.op))
        if names:
            self.swap("and/or", node.left, node.right, *names)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Turn a condition round."""
        if isinstance(node.op, (ast.Not, ast.Invert)):
            self.add("turned round", node.lineno, self.begin(node), self.begin(node.operand), "")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """Drop what is used otherwise."""
        self.add("fallback dropped", node.lineno, self.begin(node), self.close(node), self.text(node.body))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Take the largest for the smallest, any for all."""
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if name in OPPOSITES:
            end = self.close(called)
            self.add("min/max", called.end_lineno, end - len(name), end, OPPOSITES[name])
        self.generic_visit(node)


def mutations_of(path: Path, root: Path) -> list[Mutation]:
    """Return every mutation of a file."""
    source = path.read_bytes()
    finder = Finder(path.relative_to(root).as_posix(), source)
    finder.visit(ast.parse(source))
    return finder.found


def draw(root: Path, rooms: tuple[str, ...], count: int, seed: int) -> list[Mutation]:
    """Draw as many mutations from each room, the same ones from the same seed."""
    drawn = []
    for place, room in enumerate(rooms):
        every = [one for path in sorted((root / "cxgraph" / room).rglob("*.py")) for one in mutations_of(path, root)]
        share = count // len(rooms) + (place < count % len(rooms))
        drawn += sorted(every, key=lambda one: one.rank(seed))[:share]
    return drawn


def test_files(mutation: Mutation, root: Path) -> list[list[str]]:
    """Return the tests that may notice in two runs: the module's own; those that name it, then the rest of the room."""
    path = Path(mutation.file)
    module = ".".join(path.with_suffix("").parts)
    room = sorted((root / "tests" / mutation.room).rglob("test_*.py"))
    room += [root / "tests" / name for name in ALSO.get(mutation.room, ())]
    own = [file for file in room if file.name == f"test_{path.stem}.py"]
    importing = rf"\b{re.escape(module)}\b|from {re.escape(module.rpartition('.')[0])} import .*\b{path.stem}\b"
    naming = [file for file in room if file not in own and re.search(importing, file.read_text("utf-8"))]
    rest = [file for file in room if file not in own and file not in naming]
    examples = f"tests/test_examples.py::test_examples_run[{module}]"
    runs = [[file.relative_to(root).as_posix() for file in files] for files in (own, [*naming, *rest])]
    return [[*runs[0], examples], runs[1]]


def run_tests(root: Path, tests: list[str], *options: str) -> list[str] | None:
    """Run tests in a process of their own; return those that fail, or None where they took too long.

    The process is forked off this one, which has the libraries in memory and nothing of ours.
    """
    with tempfile.TemporaryFile("w+") as told:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 5))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))  # not RLIMIT_AS: browsers reserve far more
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
            os.chdir(root)
            os.environ["PYTHONPATH"] = str(root)
            sys.path[0] = str(root)
            status = 99
            try:
                status = int(pytest.main(["-q", "-p", "no:cacheprovider", "--tb=no", "-rfE", *options, *tests]))
                if not sys.modules["cxgraph"].__file__.startswith(str(root)):
                    status = 98
            except BaseException:  # noqa: BLE001  nothing of the parent may run on in the child
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        output = told.read()
    if os.WIFSIGNALED(status):
        return None
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/.*?)(?: - .*)?$", output, re.MULTILINE)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 2) or (code and not failed):
        raise SystemExit(f"pytest stopped with {code}:\n{output}")
    return failed


def killer(mutation: Mutation, root: Path) -> str:
    """Apply a mutation; return the first test that notices it, or an empty text."""
    path = root / mutation.file
    source = path.read_bytes()
    try:
        path.write_bytes(mutation.applied(source))
        for tests in test_files(mutation, root):
            failed = run_tests(root, tests, "-x")
            if failed is None:
                return "time limit"
            if failed:
                return failed[0]
    finally:
        path.write_bytes(source)
    return ""


def reasons() -> dict[tuple[str, str, str], str]:
    """Return why a mutation that survives changes nothing, by file and line before and after."""
    if not REASONS.exists():
        return {}
    listed = tomllib.loads(REASONS.read_text("utf-8")).get("equivalent", [])
    return {(one["file"], one["before"], one["after"]): one["reason"] for one in listed}


def copy_tree(target: Path) -> None:
    """Copy what the tests need; nothing is ever changed in the tree that one works in."""
    skip = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "dist", "build")
    shutil.copytree(ROOT, target, ignore=skip)


def main() -> int:
    """Print each mutation and what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rooms", nargs="+", choices=ROOMS, default=list(ROOMS))
    parser.add_argument("--count", type=int, default=COUNT, help="over all rooms asked for")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", type=int, nargs="+", help="numbers of the draw")
    parser.add_argument("--list", action="store_true", help="print the draw and run nothing")
    options = parser.parse_args()
    drawn = list(enumerate(draw(ROOT, tuple(options.rooms), options.count, options.seed), 1))
    if options.only:
        drawn = [(number, one) for number, one in drawn if number in options.only]
    known = reasons()
    fates: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        if not options.list:
            copy_tree(root)
        for number, one in drawn:
            print(f"{number:3} {one.file}:{one.line} {one.kind}\n      - {one.before}\n      + {one.after}", flush=True)
            if options.list:
                continue
            began = time.monotonic()
            noticed = killer(one, root)
            reason = known.get((one.file, one.before, one.after), "")
            fates.append(("died" if noticed else "equivalent" if reason else "survived", noticed))
            print(f"      {fates[-1][0]} {noticed or reason} ({time.monotonic() - began:.0f} s)", flush=True)
        noticing = sorted({name for _, name in fates if name.startswith("tests/")})
        unsound = set(run_tests(root, noticing) or ()) if noticing else set()
    for name in sorted(unsound):
        print(f"{name} fails without any mutation: what only it notices does not count.")
    died = sum(fate == "died" and name not in unsound for fate, name in fates)
    equivalent = sum(fate == "equivalent" for fate, _ in fates)
    print(f"{len(drawn)} drawn: {died} died, {equivalent} equivalent, {len(fates) - died - equivalent} survived")
    return int(not options.list and died < ENOUGH * len(drawn))


if __name__ == "__main__":
    sys.exit(main())
