"""On a phone: picture first, controls in a drawer, results under the picture; by touch."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser, tmp_path):
    """Open a page on a screen of 390 x 844 that is touched."""
    contexts = []

    def open_page(html):
        path = tmp_path / f"phone{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, offline=True, device_scale_factor=2
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["hotel_page", "spanish_page", "desk_page"])
def test_the_first_screen_holds_the_picture_and_nothing_is_wider(name, phone, request):
    page = phone(request.getfixturevalue(name))
    box = page.locator("#picture").bounding_box()
    assert box["y"] + box["height"] <= 844
    assert box["height"] >= 400
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#tools").is_hidden()
    results = page.locator("#results").bounding_box()
    assert results["y"] >= box["y"] + box["height"]


def test_names_are_legible_where_the_picture_opens_and_the_camera_is_moved_by_touch(hotel_page, phone):
    page = phone(hotel_page)
    assert page.evaluate("cxgraphView.picture.network.getScale()") * 13.5 >= 8
    before = page.evaluate("cxgraphView.picture.network.getViewPosition()")
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (200, 400))
    for step in range(1, 8):
        touch("touchMove", (200 - 12 * step, 400))
    touch("touchEnd")
    page.wait_for_timeout(200)
    after = page.evaluate("cxgraphView.picture.network.getViewPosition()")
    assert after["x"] > before["x"] + 30
    scale = page.evaluate("cxgraphView.picture.network.getScale()")
    touch("touchStart", (180, 400), (220, 400))
    for step in range(1, 10):
        touch("touchMove", (180 - 8 * step, 400), (220 + 8 * step, 400))
    touch("touchEnd")
    page.wait_for_timeout(200)
    assert page.evaluate("cxgraphView.picture.network.getScale()") > 1.3 * scale


def test_a_glass_is_selected_by_touch_and_the_results_say_so(hotel_page, phone, at):
    page = phone(hotel_page)
    page.evaluate("cxgraphView.picture.reveal(cxgraphView.page.departments.names.indexOf('Front desk'), new Set())")
    page.touchscreen.tap(*at(page, "Front desk"))
    page.locator("#subject h2", has_text="Front desk").wait_for()


def test_a_selected_glass_is_moved_by_a_finger_and_the_picture_stays(hotel_page, phone, at):
    page = phone(hotel_page)
    page.evaluate("cxgraphView.picture.reveal(cxgraphView.page.departments.names.indexOf('Front desk'), new Set())")
    page.touchscreen.tap(*at(page, "Front desk"))
    page.wait_for_timeout(400)
    place = """() => { const { page, picture } = cxgraphView;
      const id = picture.scene.glassOf.get(page.departments.names.indexOf("Front desk"));
      return { x: picture.scene.nodes.get(id).x, drawn: picture.network.getPosition(id).x,
               camera: picture.network.getViewPosition() }; }"""
    before = page.evaluate(place)
    scale = page.evaluate("cxgraphView.picture.network.getScale()")
    x, y = at(page, "Front desk")
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        touches = [{"x": across, "y": down, "id": 0} for across, down in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x, y))
    for step in range(1, 7):
        touch("touchMove", (x - 8 * step, y))
    touch("touchEnd")
    page.wait_for_timeout(200)
    after = page.evaluate(place)
    assert after["x"] == after["drawn"]
    assert before["x"] - after["x"] == pytest.approx(48 / scale, rel=0.2)
    assert after["camera"] == before["camera"]
    assert page.inner_text("#subject h2") == "Front desk"


LINES = """(links) => links.map((link) => {
  const range = document.createRange();
  range.selectNodeContents(link);
  const tops = new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)));
  return [link.textContent, tops.size]; })"""


@pytest.mark.parametrize("width", [390, 800, 1024, 1440])
@pytest.mark.parametrize("name", ["hotel_page", "spanish_page"])
def test_names_in_the_panel_are_not_broken_into_letters(name, width, open_view, request):
    page = open_view(request.getfixturevalue(name), width=width)
    if page.locator("#find").is_visible():
        page.fill("#find", "mainten")
        page.keyboard.press("Enter")
    for part in ("#causes .origins", "#changed .swings", "#given", "#meters"):
        links = page.locator(f"{part} button, {part} a")
        for text, lines in links.evaluate_all(LINES):
            assert lines <= len(text.split()), (part, text, lines)


def test_the_drawer_opens_and_a_search_brings_the_picture_back(hotel_page, phone):
    page = phone(hotel_page)
    page.tap("#drawer")
    assert page.locator("#tools").is_visible()
    assert page.get_attribute("#drawer", "aria-expanded") == "true"
    page.fill("#find", "kitchen")
    page.keyboard.press("Enter")
    assert page.locator("#tools").is_hidden()
    box = page.locator("#picture").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 844
