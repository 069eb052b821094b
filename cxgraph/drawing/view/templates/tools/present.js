/* The presentation: the finding, its causes, the heaviest ways, and what is to be done, one after the other. */
"use strict";
function connectPresentation({ page, picture, refresh, announce }) {
  const { element } = Words;
  const { say, percent, number } = page.words;
  const bar = document.getElementById("presenting");
  const words = document.getElementById("slide");
  const MOST_STEPS = 3;
  const MOST_CUSTOMERS = 40;
  let steps = [];
  let at = -1;
  let before = null;

  function findSteps() {
    const { names } = page.departments;
    const made = [{ title: page.title(), lines: [say("present_finding", { customers: number(page.customers.length) })], selection: [] }];
    page
      .rankedDepartments()
      .slice(0, MOST_STEPS)
      .forEach((id, place) =>
        made.push({
          title: say("present_cause", { number: place + 1, name: names[id], share: percent(page.share(page.caused[id])) }),
          lines: [say("present_inherits", { share: percent(page.inheritedPart(id), 0) })],
          selection: [id],
        }),
      );
    page
      .rankedDepartments()
      .slice(0, MOST_STEPS)
      .forEach((id) => {
        const customer = heaviestCustomer(id);
        const { services } = Diagnosis.heaviestPath(page.network, page.index, page.now, id, customer);
        if (!services.length) return;
        made.push({
          title: say("path_title", { from: names[id], to: names[customer] }),
          lines: services.map((e) => page.serviceName(e)),
          selection: [id, customer],
        });
      });
    const { actions } = page.data;
    if (actions.length)
      made.push({ title: say("present_plan", { count: number(actions.length) }), lines: actions.slice(0, 6), selection: [] });
    return made;
  }

  /** The customer to whom most of what a department causes comes. */
  function heaviestCustomer(id) {
    const arrives = (customer) =>
      Diagnosis.causesOf(page.network, page.index, page.now, customer).reduce(
        (sum, value, e) => (page.network.supplier[e] === id ? sum + value : sum),
        0,
      ) * page.network.customerWeight[customer];
    return page.customers
      .slice(0, MOST_CUSTOMERS)
      .map((customer) => [arrives(customer), customer])
      .reduce((best, next) => (next[0] > best[0] ? next : best))[1];
  }

  function show(step) {
    at = Math.min(Math.max(step, 0), steps.length - 1);
    const { title, lines, selection } = steps[at];
    page.selection = selection;
    refresh();
    picture.fit();
    words.replaceChildren(element("h2", {}, title), ...lines.map((line) => element("p", {}, line)));
    document.getElementById("slide-number").textContent = say("present_step", { step: at + 1, all: steps.length });
    document.getElementById("slide-back").disabled = at === 0;
    document.getElementById("slide-next").disabled = at === steps.length - 1;
    announce([title, ...lines].join(" "));
  }

  function start() {
    before = page.selection;
    page.selection = [];
    steps = findSteps();
    bar.hidden = false;
    document.documentElement.dataset.presenting = "";
    requestAnimationFrame(() => show(0));
    bar.focus();
  }

  function end() {
    bar.hidden = true;
    delete document.documentElement.dataset.presenting;
    page.selection = before;
    at = -1;
    refresh();
    requestAnimationFrame(() => picture.fit());
    document.getElementById("present").focus();
  }

  document.getElementById("present").addEventListener("click", start);
  document.getElementById("slide-back").addEventListener("click", () => show(at - 1));
  document.getElementById("slide-next").addEventListener("click", () => show(at + 1));
  document.getElementById("slide-end").addEventListener("click", end);
  document.addEventListener("keydown", (event) => {
    if (at < 0) return;
    const keys = {
      ArrowRight: () => show(at + 1),
      PageDown: () => show(at + 1),
      ArrowLeft: () => show(at - 1),
      PageUp: () => show(at - 1),
      Home: () => show(0),
      End: () => show(steps.length - 1),
      Escape: end,
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }, true);
}
