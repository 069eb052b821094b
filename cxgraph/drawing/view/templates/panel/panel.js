/* The side panel: customers, the selected department, where it starts, its services; then what can be tried. */
"use strict";
const MOST_SLIDERS = 12;
class Panel {
  constructor(page) {
    this.page = page;
    this.made = 0;
    this.holders = Object.fromEntries(
      ["customers", "subject", "compared", "causes", "changed", "given"].map((part) => [
        part,
        document.getElementById(part === "customers" ? "meters" : part),
      ]),
    );
    this.levers = document.getElementById("levers");
    this.sliders = [];
    this.everywhereSliders = Levers.ofEverybody(page).map((lever) => this.slider(lever));
    document.getElementById("everywhere").replaceChildren(...this.everywhereSliders.map(({ row }) => row));
    this.note = document.getElementById("note");
    this.note.addEventListener("input", () => {
      const words = this.note.value;
      if (words.trim()) page.notes.set(page.selected, words);
      else page.notes.delete(page.selected);
      page.noted();
    });
  }

  /** Everything that depends on the selection; sliders are made anew here and nowhere else. */
  select() {
    this.buildLevers();
    this.update();
  }

  /** Everything that depends on the numbers. */
  update() {
    const { page } = this;
    Object.entries(this.holders).forEach(([part, holder]) => holder.replaceChildren(...Parts[part](page)));
    const noting = document.getElementById("noting");
    noting.hidden = page.selected === null;
    this.note.value = page.notes.get(page.selected) || "";
    document.getElementById("trying").hidden = page.period !== null;
    [...this.sliders, ...this.everywhereSliders].forEach((slider) => slider.refresh());
  }

  updateCauses() {
    this.holders.causes.replaceChildren(...Parts.causes(this.page));
  }

  /** A labelled slider; `read` says what it shows and `describe` how, `write` takes what was chosen. */
  slider({ label, note, min, max, step, read, write, describe }) {
    const { element } = Words;
    this.made += 1;
    const key = `slider-${this.made}`;
    const value = element("output", { for: key, class: "figure" });
    const input = element("input", { type: "range", id: key, min, max, step });
    const refresh = () => {
      input.value = String(read());
      value.textContent = describe(read());
      input.setAttribute("aria-valuetext", value.textContent);
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
    const { say, number } = page.words;
    const id = page.selected;
    const given = id === null ? [] : page.rankedGiven(id);
    const services = given.filter((e) => !page.hidesService(e));
    this.sliders = given.length
      ? Levers.ofDepartment(page, id, services.slice(0, MOST_SLIDERS)).map((lever) => this.slider(lever))
      : [];
    const more = services.length - MOST_SLIDERS;
    this.levers.replaceChildren(
      ...(this.sliders.length
        ? [
            element("h3", {}, say("levers_of", { name: page.departments.names[id] })),
            ...this.sliders.map(({ row }) => row),
            more > 0 ? element("p", { class: "soft" }, say("more_sliders", { count: number(more) })) : "",
          ]
        : [element("p", { class: "soft" }, say(id === null ? "levers_hint" : "levers_none"))]),
    );
  }
}
