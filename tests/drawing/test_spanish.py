import ast
import re
from pathlib import Path

import cxgraph
from cxgraph.wording import Translator

DRAW = Path(cxgraph.__file__).parent / "drawing"


def templates():
    """Every literal that is marked for the catalogues in the static pictures' files."""
    files = [path for path in DRAW.rglob("*.py") if path.parent.name != "view"]
    return {
        node.args[0].value
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "N_"
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_sentence_is_said_in_spanish():
    translate = Translator("es")
    found = templates()
    assert len(found) > 60
    assert not {template for template in found if translate(template) == template}


def fields_of(template):
    """Return the fields of a template; of one that chooses singular or plural the words are the language's own."""
    return sorted(re.sub(r":[^}]*\|[^}]*}", ":|}", field) for field in re.findall(r"{\w+[^}]*}", template))


def test_spanish_sentences_take_the_same_fields():
    translate = Translator("es")
    found = templates()
    assert len([template for template in found if "{" in template]) > 20
    for template in found:
        assert fields_of(template) == fields_of(translate(template))
