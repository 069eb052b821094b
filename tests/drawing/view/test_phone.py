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
    page.wait_for_timeout(400)
    assert page.inner_text("#subject h2") == "Front desk"


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
