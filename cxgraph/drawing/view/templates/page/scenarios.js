/* Repairs as the scenario that `cxgraph whatif --scenario` reads (cxgraph.decide.scenario), and those that are kept. */
"use strict";
const Scenarios = (() => {
  // A basic string of TOML has JSON's escapes, and forbids one sign more.
  const quoted = (text) => JSON.stringify(text).replace(/\u007f/g, "\\u007f");

  /** The file of one scenario; scores are written to the last bit, so that the command finds the same gap. */
  function toml({ name, scores, taus, transmission, stringency }) {
    const options = [
      transmission === null ? "" : ` --transmission ${transmission}`,
      stringency === null ? "" : ` --stringency ${stringency}`,
    ].join("");
    const lines = [`# cxgraph whatif ORG --scenario FILE${options}`, `name = ${quoted(name)}`];
    taus.forEach(([id, tau]) => lines.push("", `[departments.${quoted(id)}]`, `transmission = ${tau}`));
    scores.forEach(([supplier, client, service, level]) =>
      lines.push(
        "",
        "[[service]]",
        `supplier = ${quoted(supplier)}`,
        `client = ${quoted(client)}`,
        ...(service === "" ? [] : [`service = ${quoted(service)}`]),
        `fulfilment = ${level}`,
      ),
    );
    return `${lines.join("\n")}\n`;
  }

  /** What is being tried now, to be kept: every change by name, in words, and what it would bring. */
  function keep(page, state, name) {
    return {
      name,
      gap: page.now.customerShortfall,
      today: page.base.customerShortfall,
      changes: page.changes(),
      assumptions: page.assumptions(),
      transmission: page.assumed.transmission,
      stringency: page.assumed.stringency === Infinity ? "inf" : page.assumed.stringency,
      ...state.repairs(page.change, page.lifts),
    };
  }

  /** The first of A, B, C that no kept scenario is named after. */
  function freeName(page) {
    const taken = new Set(page.scenarios.map(({ name }) => name));
    const names = ["A", "B", "C", "D"].map((letter) => page.words.say("scenario_name", { letter }));
    return names.find((name) => !taken.has(name));
  }

  return { toml, keep, freeName };
})();
