/* The search box: a list of departments that answers to the arrows, Enter and Escape. */
"use strict";
function connectSearch({ page, announce }) {
  const { say, number } = page.words;
  const { element, fold } = Words;
  const MOST_HITS = 12;
  const find = document.getElementById("find");
  const hits = document.getElementById("hits");
  const folded = page.departments.names.map((name, id) => fold(`${name} ${page.departments.ids[id]}`));
  let active = -1;

  function search() {
    const wanted = fold(find.value.trim());
    const found = wanted
      ? folded
          .map((name, id) => [name.indexOf(wanted), id])
          .filter(([at]) => at >= 0)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      : [];
    active = -1;
    hits.replaceChildren(
      ...found.slice(0, MOST_HITS).map(([, id]) =>
        element(
          "li",
          {
            role: "option",
            id: `hit-${id}`,
            "aria-selected": "false",
            "data-department": String(id),
            onpointerdown: (event) => {
              event.preventDefault();
              choose(id);
            },
          },
          page.departments.names[id],
        ),
      ),
    );
    open(found.length > 0);
    if (wanted) announce(say("said_hits", { count: number(found.length) }), 300);
  }

  function open(yes) {
    hits.hidden = !yes;
    find.setAttribute("aria-expanded", String(yes));
    if (!yes) find.removeAttribute("aria-activedescendant");
  }

  function choose(id) {
    // The panel says who is selected; a name left here would outlive the selection.
    find.value = "";
    open(false);
    page.select(id);
  }

  find.addEventListener("input", search);
  find.addEventListener("blur", () => open(false));
  find.addEventListener("keydown", (event) => {
    const options = [...hits.children];
    if (event.key === "Escape") {
      if (hits.hidden) find.value = "";
      open(false);
      return;
    }
    if (event.key === "Enter" && options.length && !hits.hidden) {
      event.preventDefault();
      choose(Number(options[Math.max(active, 0)].dataset.department));
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (hits.hidden) search();
    if (!hits.children.length) return;
    active = (active + (event.key === "ArrowDown" ? 1 : -1) + hits.children.length) % hits.children.length;
    [...hits.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    hits.children[active].scrollIntoView({ block: "nearest" });
    find.setAttribute("aria-activedescendant", hits.children[active].id);
  });
}
