/* The side panel: customers' meters, the selected department, where the trouble starts, and the what-if sliders. */
"use strict";
class Panel {
  constructor(page) {
    this.page = page;
    this.meters = document.getElementById("meters");
    this.subject = document.getElementById("subject");
    this.causes = document.getElementById("causes");
    this.given = document.getElementById("given");
    this.levers = document.getElementById("levers");
    this.everywhere = document.getElementById("everywhere");
    this.sliders = [];
    this.buildEverywhere();
  }

  /** Everything that depends on the selection; sliders are made anew here and nowhere else. */
  select() {
    this.buildLevers();
    this.update();
  }

  /** Everything that depends on the numbers. */
  update() {
    this.updateMeters();
    this.updateSubject();
    this.updateCauses();
    this.updateGiven();
    [...this.sliders, ...this.everywhereSliders].forEach((slider) => slider.refresh());
  }

  bar(fraction, before) {
    const { element } = Words;
    const fill = element("span", { class: "bar-fill" });
    fill.style.setProperty("width", `${100 * fraction}%`);
    const mark = element("span", { class: "bar-mark" });
    mark.style.setProperty("left", `${100 * before}%`);
    return element("span", { class: "bar", "aria-hidden": "true" }, fill, before === fraction ? null : mark);
  }

  updateMeters() {
    const { page } = this;
    const { element } = Words;
    const { say, percent, signed } = page.words;
    const [now, before] = [page.now, page.base];
    const change = 100 * (before.customerShortfall - now.customerShortfall);
    const customers = page.customers.slice().sort((a, b) => page.part(b) - page.part(a));
    const rows = customers.slice(0, MOST_METERS).map((id) => {
      if (page.hidesDepartment(id))
        return element("li", {}, page.link(id), element("span", { class: "soft" }, say("withheld")));
      const fill = 1 - now.received[id];
      const moved = 100 * (before.received[id] - now.received[id]);
      return element(
        "li",
        {},
        page.link(id),
        this.bar(fill, 1 - before.received[id]),
        element(
          "span",
          { class: "figure" },
          percent(fill, 0),
          Math.abs(moved) >= 0.05 ? element("strong", {}, ` ${signed(moved, 1)}`) : null,
        ),
      );
    });
    const more = customers.length - rows.length;
    this.meters.replaceChildren(
      element(
        "p",
        { class: "total" },
        say("customers_lack", { share: percent(now.customerShortfall) }),
        Math.abs(change) >= 0.05
          ? element("strong", {}, ` ${say("points_less", { points: signed(-change, 1) })}`)
          : null,
      ),
      element("ul", { class: "meters" }, ...rows),
      ...(more > 0 ? [element("p", { class: "soft" }, say("more_in_table", { count: more }))] : []),
    );
  }

  updateSubject() {
    const { page, subject } = this;
    const { element } = Words;
    const { say, percent, number } = page.words;
    const id = page.selected;
    if (id === null) {
      subject.replaceChildren(element("p", { class: "soft" }, say("select_hint")));
      return;
    }
    const { now } = page;
    const department = page.departments;
    const receives = Cascade.servicesOf(page.index.received, id).length;
    const facts = [department.kindNames[department.kinds[id]], page.roleOf(id), page.tierOf(id)].filter(
      Boolean,
    );
    if (page.hidesDepartment(id)) {
      subject.replaceChildren(
        element("h2", {}, department.names[id]),
        element("p", { class: "soft" }, facts.join(" · ")),
        element("p", {}, say("withheld_department")),
      );
      return;
    }
    const parts = page.partsOf(id);
    const widest = Math.max(parts.own + parts.inherited + parts.absorbed, 1e-12);
    const piece = (kind, value) => {
      const made = element("span", { class: `piece ${kind}` });
      made.style.setProperty("width", `${(100 * value) / widest}%`);
      return made;
    };
    const row = (kind, label, value) =>
      element(
        "li",
        {},
        element("span", { class: `key ${kind}`, "aria-hidden": "true" }),
        element("span", {}, label),
        element("span", { class: "figure" }, say("points", { points: number(100 * value, 1) })),
      );
    const gives = Cascade.servicesOf(page.index.given, id).length > 0;
    subject.replaceChildren(
      element("h2", {}, department.names[id]),
      element("p", { class: "soft" }, facts.join(" · ")),
      element(
        "p",
        {},
        receives
          ? say("receives", { share: percent(1 - now.received[id], 0), count: receives })
          : say("receives_nothing"),
      ),
      ...(gives
        ? [
            element("p", {}, say("moves_customers", { points: number(now.reach[id], 2) })),
            element("h3", {}, say("parts_title")),
            element(
              "div",
              { class: "pieces", "aria-hidden": "true" },
              piece("own", parts.own),
              piece("inherited", parts.inherited),
              piece("absorbed", parts.absorbed),
            ),
            element(
              "ul",
              { class: "keys" },
              row("own", say("own"), parts.own),
              row("inherited", say("inherited"), parts.inherited),
              row("absorbed", say("absorbed"), parts.absorbed),
            ),
          ]
        : []),
    );
  }

  /** Root causes of what the selected department lacks, or of what all customers lack: not only the last mile. */
  updateCauses() {
    const { page } = this;
    const { element } = Words;
    const { say, percent } = page.words;
    const id = page.selected;
    if (id !== null && page.hidesDepartment(id)) {
      this.causes.replaceChildren();
      return;
    }
    const { list, total, share } = page.causes();
    const title = id === null ? say("causes_all") : say("causes_of", { name: page.departments.names[id] });
    const rows = list.map(({ service, value }, at) =>
      element(
        "li",
        {},
        page.badged(service)
          ? element("span", { class: "badge" }, String(at + 1))
          : element("span", { class: "badge off" }, String(at + 1)),
        element(
          "button",
          {
            type: "button",
            class: "link",
            onclick: () => page.select(page.network.supplier[service], service),
          },
          page.serviceName(service),
        ),
        element("span", { class: "figure" }, percent(total > 0 ? value / total : 0, 0)),
      ),
    );
    this.causes.replaceChildren(
      element("h2", {}, title),
      ...(rows.length
        ? [
            element("ol", { class: "ranked" }, ...rows),
            element("p", { class: "soft" }, say("causes_share", { share: percent(share, 0) })),
          ]
        : page.withheld !== null && total > 0
          ? [element("p", { class: "soft" }, say("withheld_causes"))]
          : [
            element(
              "p",
              { class: "soft" },
              say(
                id === null || Cascade.servicesOf(page.index.received, id).length
                  ? "lacks_nothing"
                  : "receives_nothing",
              ),
            ),
          ]),
    );
  }

  updateGiven() {
    const { page } = this;
    const { element } = Words;
    const { say, percent, number } = page.words;
    const id = page.selected;
    const services = id === null ? [] : page.rankedGiven(id);
    if (!services.length) {
      this.given.replaceChildren();
      return;
    }
    const head = ["column_client", "column_got", "column_verdict", "column_costs"].map((key) =>
      element("th", { scope: "col" }, say(key)),
    );
    const rows = services.slice(0, MOST_GIVEN).map((e) => {
      const bin = page.binOf(e);
      const hidden = page.hidesService(e);
      return element(
        "tr",
        {},
        element(
          "th",
          { scope: "row" },
          element(
            "button",
            { type: "button", class: "link", onclick: () => page.select(page.network.client[e]) },
            page.departments.names[page.network.client[e]],
          ),
          element("span", { class: "soft small" }, page.services.names[page.services.name[e]]),
        ),
        element(
          "td",
          {},
          hidden ? null : element("span", { class: `dot bin${bin}`, "aria-hidden": "true" }),
          hidden ? "–" : page.network.expectation[e] === null
            ? number(page.levelNow(e), 1)
            : say("got_of", {
                got: number(page.levelNow(e), 1),
                expected: number(page.network.expectation[e], 1),
              }),
        ),
        element("td", {}, page.verdictOf(e)),
        element(
          "td",
          { class: "figure" },
          hidden
            ? "–"
            : percent(
                page.now.customerShortfall > 0 ? page.now.contribution[e] / page.now.customerShortfall : 0,
                1,
              ),
        ),
      );
    });
    this.given.replaceChildren(
      element("h3", {}, say("given_title")),
      element(
        "table",
        { class: "given" },
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows),
      ),
      ...(services.length > MOST_GIVEN
        ? [element("p", { class: "soft" }, say("more_in_table", { count: services.length - MOST_GIVEN }))]
        : []),
    );
  }

  /** A labelled slider; `read` says what it shows and `describe` how, `write` takes what was chosen. */
  slider({ label, note, min, max, step, read, write, describe }) {
    const { element } = Words;
    const key = `slider-${(this.made = (this.made || 0) + 1)}`;
    const value = element("output", { for: key, class: "figure" });
    const input = element("input", { type: "range", id: key, min, max, step });
    const refresh = () => {
      input.value = String(read());
      value.textContent = describe(read());
      input.setAttribute("aria-valuetext", value.textContent);
      value.classList.toggle("changed", this.page.changed());
    };
    input.addEventListener("input", () => {
      write(Number(input.value));
      this.page.recompute();
    });
    return {
      row: element(
        "div",
        { class: "lever" },
        element("label", { for: key }, label, note ? element("span", { class: "soft small" }, note) : null),
        value,
        input,
      ),
      refresh,
    };
  }

  buildLevers() {
    const { page } = this;
    const { element } = Words;
    const { say } = page.words;
    const id = page.selected;
    const given = id === null ? [] : page.rankedGiven(id);
    const services = given.filter((e) => !page.hidesService(e));
    this.sliders = given.length
      ? page.levers(id, services.slice(0, MOST_SLIDERS)).map((lever) => this.slider(lever))
      : [];
    this.levers.replaceChildren(
      ...(this.sliders.length
        ? [
            element("h3", {}, say("levers_of", { name: page.departments.names[id] })),
            ...this.sliders.map(({ row }) => row),
            ...(services.length > MOST_SLIDERS
              ? [
                  element(
                    "p",
                    { class: "soft" },
                    say("more_sliders", { count: services.length - MOST_SLIDERS }),
                  ),
                ]
              : []),
          ]
        : [element("p", { class: "soft" }, say(id === null ? "levers_hint" : "levers_none"))]),
    );
  }

  buildEverywhere() {
    this.everywhereSliders = this.page.globalLevers().map((lever) => this.slider(lever));
    this.everywhere.replaceChildren(...this.everywhereSliders.map(({ row }) => row));
  }
}
const MOST_METERS = 5;
const MOST_GIVEN = 12;
const MOST_SLIDERS = 12;
