/* Scenarios side by side: up to three, each with a name, its changes, the customers' gap and a file to save. */
"use strict";
function connectScenarios({ page, state, show, later, announce }) {
  const { element } = Words;
  const { say, percent, signed } = page.words;
  const holder = document.getElementById("kept");
  const button = document.getElementById("keep");

  function fileName(name) {
    const plain = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
    return `${page.data.file}-${plain || page.data.fileMarks.whatIf}.toml`;
  }

  function save(kept) {
    const text = Scenarios.toml({ ...kept, stringency: page.offered(kept.stringency) });
    Saving.save(new Blob([text], { type: "text/plain;charset=utf-8" }), fileName(kept.name), (file) =>
      announce(say("said_saved", { file })),
    );
  }

  /** Try a kept scenario again, under the assumptions with which it was kept. */
  function use(kept) {
    page.assumed = {
      transmission: within(kept.transmission, 0, 0.999) ? kept.transmission : null,
      stringency: page.offered(kept.stringency),
    };
    page.period = null;
    page.measure();
    state.readRepairs(kept);
    show();
    later();
  }

  function card(kept, at) {
    const name = element("input", { type: "text", value: kept.name, "aria-label": say("scenario_rename"), maxlength: "60" });
    name.addEventListener("input", () => {
      page.scenarios[at] = { ...page.scenarios[at], name: name.value };
      later();
    });
    const pressed = (key, action) =>
      element("button", { type: "button", "aria-label": say(`${key}_of`, { name: kept.name }), onclick: action }, say(key));
    return element(
      "li",
      {},
      name,
      element(
        "p",
        {},
        say("scenario_gap", { gap: percent(kept.gap), points: signed(100 * (kept.gap - kept.today), 1) }),
      ),
      element("ul", { class: "changes small" }, ...[...kept.assumptions, ...kept.changes].map((words) => element("li", {}, words))),
      element(
        "span",
        { class: "buttons" },
        pressed("scenario_use", () => use(page.scenarios[at])),
        pressed("scenario_save", () => save(page.scenarios[at])),
        pressed("scenario_drop", () => {
          page.scenarios = page.scenarios.filter((_, other) => other !== at);
          update();
          later();
          button.focus();
        }),
      ),
    );
  }

  function update() {
    holder.replaceChildren(...page.scenarios.map(card));
    button.disabled = !page.changed() || page.period !== null || page.scenarios.length >= MOST_KEPT;
    document.getElementById("trying-now").replaceChildren(
      ...(page.changed() ? page.changes().map((words) => element("li", {}, words)) : []),
    );
  }

  button.addEventListener("click", () => {
    page.scenarios = [...page.scenarios, Scenarios.keep(page, state, Scenarios.freeName(page))];
    update();
    later();
    announce(say("said_kept", { name: page.scenarios[page.scenarios.length - 1].name }));
    holder.lastElementChild.querySelector("input").focus();
  });
  return update;
}
