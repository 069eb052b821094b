"""The house keeps its floors: imports go up only, rooms on one floor are strangers, heavy libraries stay put."""

import ast
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

import cxgraph

PACKAGE = Path(cxgraph.__file__).parent
FLOORS = [
    {"errors", "statistics"},
    {"wording"},
    {"tables"},
    {"model"},
    {"intake", "cascade"},
    {"alternatives"},
    {"transmission", "uncertainty", "survey_quality", "privacy", "culture"},
    {"ask", "decide"},  # above uncertainty: both are weighed by the draws behind the intervals
    {"audits"},
    {"analysis"},
    {"drawing"},
    {"reporting"},
    {"cli"},
]
"""The plan. `audits`, `drawing` and `reporting` are named so because `cxgraph.audit`, `cxgraph.draw` and
`cxgraph.report` are the functions that a user calls."""
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 14
"""Files of one folder before it wants a folder inside."""
CROWDED = {"commands"}
"""One file for each command: the list is the one that --help shows."""
ALIASES = {"opinions"}
"""Old names of rooms that stay for one version; nothing of ours may import them."""
LIBRARIES = {
    "networkx": {"model", "intake", "cascade", "drawing"},
    "matplotlib": {"drawing", "reporting"},
    "pyvis": {"drawing", "reporting"},
    "jinja2": {"ask", "drawing", "reporting"},
    "click": {"cli"},
    "openpyxl": {"intake", "reporting"},
    "xlsxwriter": {"intake", "ask", "reporting"},  # the template to fill in, and questionnaires
    "chardet": {"intake"},
}


def room_of(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> list[tuple[str, str]]:
    """Every import of a file, wherever it stands (also for types alone), as (kind, name): ``room`` or ``library``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module if node.module != "cxgraph" else f"cxgraph.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, _, rest = name.partition(".")
            found.append(("room", rest.partition(".")[0]) if top == "cxgraph" else ("library", top))
    return found


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if room_of(path) not in {"__init__", "__main__", *ALIASES}]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_up_only(path):
    # Floors are in order and rooms on one floor are strangers, so no circle between rooms is possible either.
    here = room_of(path)
    for kind, name in imports(path):
        if kind == "room" and name in LEVEL and name != here:
            assert LEVEL[name] < LEVEL[here], f"{here} imports {name}"
        if kind == "room":
            assert name not in ALIASES, f"{path.name} imports the old name {name}"
        if kind == "library" and name in LIBRARIES:
            assert here in LIBRARIES[name], f"{here} imports {name}"


def loaded_at_once(path: Path) -> set[str]:
    """Modules of ours that a file loads when it is imported itself: at its top, and not for types alone."""
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cxgraph."):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_circle_of_files():
    name_of = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in FILES}
    graph = nx.DiGraph()
    graph.add_nodes_from(name_of.values())
    graph.add_edges_from(
        (name, other)
        for path, name in name_of.items()
        for other in loaded_at_once(path)
        if other in graph and other != name
    )
    assert graph.number_of_edges() > len(FILES)
    circles = [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1]
    assert circles == []


def test_no_folder_is_crowded():
    folders = {path.parent for path in FILES}
    assert len(folders) > 15
    crowded = {
        str(folder.relative_to(PACKAGE)): count
        for folder in folders
        if folder.name not in CROWDED
        and not any(inner.name not in {"__pycache__", "templates"} for inner in folder.iterdir() if inner.is_dir())
        and (count := sum(path.name != "__init__.py" for path in folder.glob("*.py"))) > MOST_FILES
    }
    assert crowded == {}


def test_every_room_has_a_floor():
    assert {room_of(path) for path in FILES} <= set(LEVEL)


def test_errors_imports_nothing_of_ours():
    assert not [name for kind, name in imports(PACKAGE / "errors.py") if kind == "room"]


@pytest.mark.parametrize("words", [["--help"], ["report", "--help"], ["--version"]])
def test_help_imports_no_heavy_library(words):
    code = (
        f"import sys\nsys.argv = ['cxgraph', *{words!r}]\nfrom cxgraph.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'scipy', 'matplotlib', 'networkx', 'pyvis', 'numpy', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


HEAVY = {
    *("networkx", "matplotlib", "pyvis", "IPython", "jinja2", "xlsxwriter", "openpyxl", "chardet", "babel"),
    *("scipy.stats", "scipy.optimize", "scipy.special", "scipy.interpolate", "duckdb", "psycopg"),
    *("matplotlib.pyplot", "matplotlib.style"),
}
"""What takes more than a moment to import."""
NEEDS = {
    "check": set(),
    "bottlenecks": {"scipy.special"},
    "audit": {"scipy.special"},
    "trace": {"scipy.special"},
    "loops": {"scipy.special"},
    "calibrate": {"scipy.special"},
    "trend": {"scipy.special"},
    "draw": {"scipy.special", "matplotlib"},
    "view": {"scipy.special", "jinja2"},
    "report": {"scipy.special", "matplotlib", "jinja2", "xlsxwriter"},
    "export": {"networkx"},
    "ask": {"xlsxwriter"},
}
"""What each command may import of it; the transmissions that nobody states are estimated with scipy.special."""


@pytest.mark.parametrize("command", NEEDS)
def test_a_command_imports_what_it_uses(command, tmp_path):
    hotel = PACKAGE.parent / "sample_orgs" / "hotel"
    words = [command, str(hotel)]
    words += {
        "draw": ["-o", str(tmp_path / "a.svg")],
        "view": ["-o", str(tmp_path / "a.html")],
        "report": ["-o", str(tmp_path / "report")],
        "export": ["-o", str(tmp_path / "a.graphml")],
    }.get(command, [])
    words += ["-o", str(tmp_path / "forms")] if command == "ask" else []
    code = (
        f"import sys\nsys.argv = ['cxgraph', *{words!r}]\nfrom cxgraph.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"heavy = {HEAVY!r} & set(sys.modules)\nassert heavy <= {NEEDS[command]!r}, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_import_of_the_package_is_light():
    code = "import sys, cxgraph; assert not {'numpy', 'pandas', 'click'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "code",
    [
        "import cxgraph; cxgraph.alternatives.models.fdna",
        "import cxgraph.alternatives.models",
        "from cxgraph.alternatives.models import fdna",
        "from cxgraph import alternatives; alternatives.fdna",
    ],
)
def test_the_published_models_open_by_every_form_of_import(code):
    subprocess.run([sys.executable, "-c", code], check=True)
