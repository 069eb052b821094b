/* The picture as two tables: every department and every service, with the change that is being tried. */
"use strict";
function equivalentTables(page) {
  const { say, percent, number, signed } = page.words;
  const { element } = Words;
  const NUMBERS = new Set([
    "fill",
    "change",
    "starts",
    "passes",
    "expected",
    "got",
    "own",
    "inherited",
    "costs",
  ]);
  function table(caption, columns, rows) {
    const side = columns.map((key) => (NUMBERS.has(key) ? "number" : null));
    return element(
      "table",
      {},
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...columns.map((key, at) => element("th", { scope: "col", class: side[at] }, say(`column_${key}`))),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map(([first, ...cells]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, first),
            ...cells.map((cell, at) => element("td", { class: side[at + 1] }, cell)),
          ),
        ),
      ),
    );
  }

  const { now, base, network } = page;
  const total = now.customerShortfall;
  const share = (value) => percent(total > 0 ? value / total : 0, 1);
  const own = new Float64Array(network.count);
  now.contribution.forEach((value, e) => {
    own[network.supplier[e]] += value;
  });
  const shown = (hidden, cells) => (hidden ? cells.map(() => say("withheld")) : cells);
  const byShare = (values) => [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
  const departments = byShare(own).map((id) => [
    page.departments.names[id],
    page.tierOf(id),
    page.roleOf(id),
    ...shown(page.hidesDepartment(id), [
      percent(1 - now.received[id]),
      signed(100 * (base.received[id] - now.received[id]), 1),
      share(own[id]),
      share(page.partsOf(id).inherited),
    ]),
  ]);
  const services = byShare(now.contribution).map((e) => [
    page.departments.names[network.supplier[e]],
    page.departments.names[network.client[e]],
    page.services.names[page.services.name[e]],
    ...shown(page.hidesService(e), [
      network.expectation[e] === null ? "–" : number(network.expectation[e], 1),
      number(page.levelNow(e), 1),
      percent(now.own[e]),
      percent(now.lacks[e] - now.own[e]),
      page.verdictOf(e),
      share(now.contribution[e]),
    ]),
  ]);
  return [
    table(
      say("table_departments"),
      ["department", "tier", "role", "fill", "change", "starts", "passes"],
      departments,
    ),
    table(
      say("table_services"),
      ["supplier", "client", "service", "expected", "got", "own", "inherited", "verdict", "costs"],
      services,
    ),
  ];
}
