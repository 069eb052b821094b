"""Pages of the samples, rendered once; and what tests of the page do again and again."""

import pytest

import cxgraph
from cxgraph.drawing.view.page import render_view


@pytest.fixture(scope="session")
def hotel(samples):
    return cxgraph.analyze(cxgraph.read(samples / "hotel"))


@pytest.fixture(scope="session")
def hotel_page(hotel):
    return render_view(hotel)


@pytest.fixture(scope="session")
def spanish_page(hotel):
    return render_view(hotel, "es")


@pytest.fixture(scope="session")
def desk_page(samples):
    return render_view(cxgraph.analyze(cxgraph.read(samples / "it_service_desk")))


@pytest.fixture(scope="session")
def at():
    """Where a department's glass stands on the screen: (page, name)."""

    def place(page, name):
        return page.evaluate(
            """(name) => { const { page, picture } = cxgraphView;
          const node = picture.scene.nodes.get(picture.scene.glassOf.get(page.departments.names.indexOf(name)));
          const { x, y } = picture.network.canvasToDOM({ x: node.x, y: node.y + 14 });
          const { left, top } = document.getElementById("picture").getBoundingClientRect();
          return [x + left, y + top]; }""",
            name,
        )

    return place
