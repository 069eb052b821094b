/* The parts of the side panel, each made anew from what the page knows. */
"use strict";
const Parts = (() => {
  const MOST_METERS = 5;
  const MOST_GIVEN = 12;
  const MOST_CAUSES = 5;
  const MOST_CHANGED = 8;
  const { element } = Words;

  function bar(fraction, before) {
    const fill = element("span", { class: "bar-fill", style: { width: `${100 * fraction}%` } });
    const mark = element("span", { class: "bar-mark", style: { left: `${100 * before}%` } });
    return element("span", { class: "bar", "aria-hidden": "true" }, fill, before === fraction ? null : mark);
  }

  /** What the customers lack, each one's level, what is assumed and what is being tried. */
  function customers(page) {
    const { say, percent, signed, number } = page.words;
    const { now, base } = page;
    const change = 100 * (now.customerShortfall - base.customerShortfall);
    const ranked = page.customers.slice().sort((a, b) => page.part(b) - page.part(a) || a - b);
    const rows = ranked.slice(0, MOST_METERS).map((id) => {
      if (page.hidesDepartment(id))
        return element("li", {}, page.link(id), element("span", { class: "soft" }, say("withheld")));
      const fill = 1 - now.received[id];
      const moved = 100 * (base.received[id] - now.received[id]);
      return element(
        "li",
        {},
        page.link(id),
        bar(fill, 1 - base.received[id]),
        element(
          "span",
          { class: "figure" },
          percent(fill, 0),
          Math.abs(moved) >= 0.05 ? element("strong", {}, ` ${signed(moved, 1)}`) : null,
        ),
      );
    });
    const assumed = page.assumptions();
    return [
      element(
        "p",
        { class: "total" },
        say("customers_gap", { share: percent(now.customerShortfall) }),
        Math.abs(change) >= 0.05 ? element("strong", {}, ` ${say("points_less", { points: signed(change, 1) })}`) : null,
      ),
      ...(page.period === null
        ? []
        : [element("p", { class: "soft" }, say("period_shown", { period: page.data.periods[page.period].name }))]),
      ...(assumed.length ? [element("p", { class: "assumed" }, say("assumed_all", { list: assumed.join("; ") }))] : []),
      element("ul", { class: "meters" }, ...rows),
      ...(ranked.length > rows.length
        ? [element("p", { class: "soft" }, say("more_in_table", { count: number(ranked.length - rows.length) }))]
        : []),
    ];
  }

  /** The selected department: what it receives, what it costs the customers, and its note. */
  function subject(page) {
    const { say, percent, number } = page.words;
    const id = page.selected;
    if (id === null) return [element("p", { class: "soft" }, say("select_hint"))];
    const { departments } = page;
    const facts = [departments.kindNames[departments.kinds[id]], page.roleOf(id), page.tierOf(id)].filter(Boolean);
    const head = [
      element("h2", {}, departments.names[id]),
      element("p", { class: "soft" }, facts.join(" · ")),
    ];
    if (page.hidesDepartment(id)) return [...head, element("p", {}, say("withheld_department"))];
    const received = Cascade.servicesOf(page.index.received, id).length;
    return [
      ...head,
      element(
        "p",
        {},
        page.receives[id]
          ? say("receives", { share: percent(1 - page.now.received[id], 0), count: number(received) })
          : say("receives_nothing"),
      ),
      ...(Cascade.servicesOf(page.index.given, id).length ? costs(page, id) : []),
      ...moved(page, id),
    ];
  }

  /** What of the change since the period before is this department's: real or noise, and through what. */
  function moved(page, id) {
    const { say, signed } = page.words;
    const since = page.changeSince();
    if (!since || !(id in since.splits)) return [];
    const [own, passed, other, low, high, real] = since.splits[id];
    const points = (value) => signed(100 * value, 2);
    const [, change] = since.parts.find(([department]) => department === id) || [id, 0];
    const verdict = low === null ? "moved_unknown" : real ? "moved_real" : "moved_noise";
    const ends = low === null ? {} : { low: points(low), high: points(high) };
    const row = (key, value) =>
      element(
        "li",
        {},
        element("span", { class: "key", "aria-hidden": "true" }),
        element("span", {}, say(`moved_${key}`)),
        element("span", { class: "figure" }, say("points", { points: points(value) })),
      );
    return [
      element("h3", {}, say("moved_title", { period: since.before })),
      element("p", {}, say(verdict, { points: points(change), ...ends })),
      element("p", { class: "soft" }, say("moved_through", { points: points(own + passed + other) })),
      element(
        "ul",
        { class: "keys moved" },
        ...Object.entries({ own, passed, other }).map(([key, value]) => row(key, value)),
      ),
    ];
  }

  /** What starts at a department, what it passes on and what it kept from its clients. */
  function costs(page, id) {
    const { say, percent, number } = page.words;
    const parts = page.partsOf(id);
    const widest = Math.max(parts.own + parts.inherited + parts.absorbed, 1e-12);
    const piece = (kind) =>
      element("span", { class: `piece ${kind}`, style: { width: `${(100 * parts[kind]) / widest}%` } });
    const row = (kind) =>
      element(
        "li",
        {},
        element("span", { class: `key ${kind}`, "aria-hidden": "true" }),
        element("span", {}, say(kind)),
        element("span", { class: "figure", "data-part": kind }, say("points", { points: number(100 * parts[kind], 2) })),
      );
    return [
      element("h3", {}, say("parts_title")),
      element("p", {}, say("causes_share_of", { share: page.shareText(id) })),
      element("div", { class: "pieces", "aria-hidden": "true" }, ...["own", "inherited", "absorbed"].map(piece)),
      element("ul", { class: "keys" }, ...["own", "inherited", "absorbed"].map(row)),
      element("p", { class: "soft" }, say("moves_customers", { points: number(page.now.reach[id], 2) })),
    ];
  }

  /** Two or more departments beside each other, and the heaviest way between two. */
  function compared(page) {
    const { say, percent } = page.words;
    if (page.selection.length < 2) return [];
    const path = page.pathBetween();
    const rows = page.selection.map((id) => {
      const hidden = page.hidesDepartment(id);
      const through = hidden ? 0 : page.throughOf(id);
      const figures = hidden
        ? ["–", "–", "–"]
        : [
            page.receives[id] ? percent(1 - page.now.received[id], 0) : "–",
            percent(page.share(page.caused[id])),
            percent(page.share(Math.max(through - page.caused[id], 0))),
          ];
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, page.link(id)),
        ...figures.map((text) => element("td", { class: "figure" }, text)),
      );
    });
    const head = ["department", "fill_short", "starts_short", "passes_short"].map((key) =>
      element("th", { scope: "col" }, say(`column_${key}`)),
    );
    return [
      element("h2", {}, say("compared_title")),
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows),
      ),
      ...(path === null ? [] : way(page, path)),
    ];
  }

  function way(page, { from, to, services }) {
    const { say } = page.words;
    const { names } = page.departments;
    const title = element("h3", {}, say("path_title", { from: names[from], to: names[to] }));
    if (!services.length) return [title, element("p", {}, say("path_none"))];
    return [title, element("ol", { class: "way" }, ...services.map((e) => element("li", {}, page.serviceName(e))))];
  }

  /** Departments where it starts, and the costliest services under the numbers that they have in the picture. */
  function causes(page) {
    const { say, percent } = page.words;
    const id = page.selected;
    if (id !== null && page.hidesDepartment(id)) return [];
    const { list, total, share } = page.causes();
    if (!list.length) {
      const nothing = id === null || page.receives[id] ? "lacks_nothing" : "receives_nothing";
      const words = page.withheld !== null && total > 0 ? "withheld_causes" : nothing;
      return [element("h2", {}, title(page, id)), element("p", { class: "soft" }, say(words))];
    }
    const numbered = page.costliest(MOST_BADGES);
    const rows = list.map(({ service, value }) => {
      const number = numbered.indexOf(service) + 1;
      return element(
        "li",
        {},
        number && page.badged(service)
          ? element("span", { class: "badge" }, String(number))
          : element("span", { class: "badge off" }, number ? String(number) : "·"),
        element(
          "button",
          { type: "button", class: "link", onclick: () => page.select(page.network.supplier[service], service) },
          page.serviceName(service),
        ),
        element("span", { class: "figure" }, percent(total > 0 ? value / total : 0, 0)),
      );
    });
    return [
      element("h2", {}, title(page, id)),
      ...(id === null ? [origins(page), element("h3", {}, say("causes_services"))] : []),
      element("ol", { class: "ranked" }, ...rows),
      element("p", { class: "soft" }, say("causes_share", { share: percent(share, 0) })),
    ];
  }

  const title = (page, id) =>
    id === null ? page.words.say("causes_all") : page.words.say("causes_of", { name: page.departments.names[id] });

  function origins(page) {
    const rows = page.rankedDepartments().slice(0, MOST_CAUSES);
    return element(
      "ol",
      { class: "origins" },
      ...rows.map((id) =>
        element(
          "li",
          {},
          page.link(id),
          element("span", { class: "figure" }, page.words.percent(page.share(page.caused[id]))),
        ),
      ),
    );
  }

  /** What changed since the period before, by where the gap originates: bars and points that add up to the change. */
  function changed(page) {
    const { say, percent, signed } = page.words;
    const since = page.changeSince();
    if (!since) return [];
    const [before, after] = since.gaps;
    const title = element("h2", {}, say("changed_title", { period: since.before }));
    if (!since.parts.length) return [title, element("p", {}, say("changed_none"))];
    const points = 100 * (after - before);
    const shown = since.parts.slice(0, MOST_CHANGED);
    const rest = since.parts.slice(MOST_CHANGED).reduce((sum, [, change]) => sum + change, 0);
    const most = Math.max(...shown.map(([, change]) => Math.abs(change)));
    const row = (name, change, swing = null) =>
      element("li", {}, name, swing, element("span", { class: "figure" }, signed(100 * change, 2)));
    return [
      title,
      element(
        "p",
        {},
        say("changed_gap", { before: percent(before), after: percent(after), points: signed(points, 1) }),
      ),
      element(
        "ol",
        { class: "swings" },
        ...shown.map(([id, change]) => row(page.link(id), change, swingBar(change / most))),
        ...(since.parts.length > MOST_CHANGED ? [row(say("changed_rest"), rest)] : []),
        row(element("strong", {}, say("changed_sum")), points / 100),
      ),
    ];
  }

  /** A bar from the middle: to the right and red where the gap grew, to the left and blue where it shrank. */
  function swingBar(part) {
    const width = 50 * Math.abs(part);
    const style = { left: `${part > 0 ? 50 : 50 - width}%`, width: `${width}%` };
    const fill = element("span", { class: `bar-swing bin${part > 0 ? 0 : 4}`, style });
    return element("span", { class: "bar", "aria-hidden": "true" }, fill, element("span", { class: "bar-mark", style: { left: "50%" } }));
  }

  /** The services that the selected department gives. */
  function given(page) {
    const { say, percent, number } = page.words;
    const id = page.selected;
    const services = id === null ? [] : page.rankedGiven(id);
    if (!services.length) return [];
    const head = ["client", "got", "verdict", "costs"].map((key) => element("th", { scope: "col" }, say(`column_${key}`)));
    const rows = services.slice(0, MOST_GIVEN).map((e) => {
      const hidden = page.hidesService(e);
      const expected = page.expectationOf(e);
      const level = page.levelNow(e);
      const got =
        expected === null || expected === undefined || level === undefined
          ? level === undefined
            ? "–"
            : number(level, 1)
          : say("got_of", { got: number(level, 1), expected: number(expected, 1) });
      return element(
        "tr",
        {},
        element(
          "th",
          { scope: "row" },
          page.link(page.network.client[e]),
          element("span", { class: "soft small" }, [page.nameOfService(e), page.evidenceOf(e)].filter(Boolean).join(" · ")),
        ),
        element(
          "td",
          {},
          hidden ? null : element("span", { class: `dot bin${page.binOf(e)}`, "aria-hidden": "true" }),
          hidden ? "–" : got,
        ),
        element("td", {}, page.verdictOf(e)),
        element("td", { class: "figure" }, hidden ? "–" : percent(page.share(page.now.contribution[e]), 1)),
      );
    });
    return [
      element("h3", {}, say("given_title")),
      element(
        "table",
        { class: "given" },
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows),
      ),
      ...(services.length > MOST_GIVEN
        ? [element("p", { class: "soft" }, say("more_in_table", { count: number(services.length - MOST_GIVEN) }))]
        : []),
    ];
  }

  return { customers, subject, compared, causes, changed, given };
})();
const MOST_BADGES = 6;
