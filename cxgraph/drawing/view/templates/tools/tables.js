/* The picture as two tables: departments and services, ranked, that sort by a column and save as CSV. */
"use strict";
const Tables = (() => {
  const MOST_ROWS = 500;
  const { element } = Words;
  const NUMBERS = new Set(["fill", "change", "starts", "passes", "expected", "got", "own", "inherited", "costs"]);
  const order = {};

  /** A cell: what is shown, and the number behind it for sorting and for files. */
  const cell = (text, value = text) => ({ text, value });

  function departments(page) {
    const { percent, signed } = page.words;
    const { now, base } = page;
    const points = (value) => Math.round(1e6 * value) / 1e4;
    return [...page.caused.keys()].map((id) => {
      const hidden = page.hidesDepartment(id);
      const withheld = () => cell(page.words.say("withheld"), "");
      const moved = base.received[id] - now.received[id];
      return {
        weight: hidden ? -1 : page.caused[id],
        cells: () => [
          cell(page.departments.names[id]),
          cell(page.tierOf(id)),
          cell(page.roleOf(id)),
          ...(hidden
            ? [withheld(), withheld(), withheld(), withheld()]
            : [
                page.receives[id] ? cell(percent(1 - now.received[id]), points(1 - now.received[id])) : cell("–", ""),
                page.receives[id] ? cell(signed(100 * moved, 1), points(moved)) : cell("–", ""),
                cell(percent(page.share(page.caused[id])), points(page.share(page.caused[id]))),
                passes(page, id, points),
              ]),
        ],
      };
    });
  }

  function passes(page, id, points) {
    const share = page.share(Math.max(page.throughOf(id) - page.caused[id], 0));
    return cell(page.words.percent(share), points(share));
  }

  function services(page) {
    const { percent, number, say } = page.words;
    const { now, network } = page;
    const { names } = page.departments;
    const score = (value) =>
      value === null || value === undefined ? cell("–", "") : cell(number(value, 1), Math.round(1e6 * value) / 1e6);
    const part = (value) => cell(percent(value), Math.round(1e6 * value) / 1e4);
    return [...now.contribution.keys()]
      .filter((e) => !now.asked || now.asked.has(e))
      .map((e) => {
        const hidden = page.hidesService(e);
        const withheld = () => cell(say("withheld"), "");
        return {
          weight: hidden ? -1 : now.contribution[e],
          cells: () => [
            cell(names[network.supplier[e]]),
            cell(names[network.client[e]]),
            cell(page.nameOfService(e)),
            ...(hidden
              ? Array.from({ length: 6 }, withheld)
              : [
                  score(page.expectationOf(e)),
                  score(page.levelNow(e)),
                  part(now.own[e]),
                  part(now.lacks[e] - now.own[e]),
                  cell(page.verdictOf(e)),
                  part(page.share(now.contribution[e])),
                ]),
          ],
        };
      });
  }

  /** The ranked part of a table in the order that was asked for. */
  function ranked(rows, name, decimal) {
    const kept = rows
      .map((row, at) => ({ ...row, at }))
      .sort((a, b) => b.weight - a.weight || a.at - b.at)
      .slice(0, MOST_ROWS)
      .map(({ cells }) => cells());
    if (!order[name]) return kept;
    const { column, down } = order[name];
    const compare = new Intl.Collator(decimal === "," ? "es" : "en", { numeric: true }).compare;
    const value = (cells) => cells[column].value;
    // What has no number comes last, whichever way the others go.
    return kept.sort((a, b) => {
      const [one, other] = [value(a), value(b)];
      if (one === "" || other === "") return (one === "") - (other === "");
      const found = typeof one === "number" && typeof other === "number" ? one - other : compare(one, other);
      return down ? -found : found;
    });
  }

  function table(page, name, columns, rows, again) {
    const { say, number } = page.words;
    const shown = ranked(rows, name, page.data.decimal);
    const side = columns.map((key) => (NUMBERS.has(key) ? "number" : null));
    const head = columns.map((key, column) => {
      const sorted = order[name] && order[name].column === column;
      const down = sorted ? !order[name].down : NUMBERS.has(key);
      return element(
        "th",
        { scope: "col", class: side[column], "aria-sort": sorted ? (order[name].down ? "descending" : "ascending") : "none" },
        element(
          "button",
          {
            type: "button",
            class: "link",
            onclick: () => {
              order[name] = { column, down };
              again(`${name}-${column}`);
            },
            id: `sort-${name}-${column}`,
          },
          say(`column_${key}`),
        ),
      );
    });
    const left = rows.length - shown.length;
    return element(
      "section",
      { "aria-labelledby": `caption-${name}` },
      element(
        "p",
        { class: "buttons" },
        element("button", { type: "button", id: `csv-${name}`, onclick: () => saveTable(page, name, columns, shown) }, say("save_csv")),
        left > 0 ? element("span", { class: "soft" }, say("rows_left", { count: number(left), shown: number(shown.length) })) : null,
      ),
      element(
        "table",
        {},
        element("caption", { id: `caption-${name}` }, say(`table_${name}`)),
        element("thead", {}, element("tr", {}, ...head)),
        element(
          "tbody",
          {},
          ...shown.map(([first, ...cells]) =>
            element(
              "tr",
              {},
              element("th", { scope: "row" }, first.text),
              ...cells.map(({ text }, at) => element("td", { class: side[at + 1] }, text)),
            ),
          ),
        ),
      ),
    );
  }

  function saveTable(page, name, columns, shown) {
    const head = columns.map((key) => page.words.say(`column_${key}`));
    const text = Saving.csv(head, shown.map((cells) => cells.map(({ value }) => value)), page.data.decimal);
    const file = `${page.fileStem()}-${page.data.fileMarks[name]}.csv`;
    Saving.save(new Blob([text], { type: "text/csv;charset=utf-8" }), file, (saved) =>
      page.announce(page.words.say("said_saved", { file: saved })),
    );
  }

  /** Both tables; `again(id)` makes them anew and brings the focus back to a heading. */
  function both(page, again) {
    return [
      table(page, "departments", ["department", "tier", "role", "fill", "change", "starts", "passes"], departments(page), again),
      table(
        page,
        "services",
        ["supplier", "client", "service", "expected", "got", "own", "inherited", "verdict", "costs"],
        services(page),
        again,
      ),
    ];
  }

  return { both };
})();
