/*
 * What is seen as text, so that a link, the undo and a saved page can bring it back: what is selected, filters, glasses that were moved,
 * assumptions, repairs, kept scenarios, the period and notes. Departments go by id and services by their two ends and
 * name, so that a link means the same when the page is made again. What a text names that is not here is left out.
 */
"use strict";
class State {
  constructor(page) {
    this.page = page;
    this.numberOf = new Map(page.departments.ids.map((id, number) => [id, number]));
    this.serviceOf = new Map();
    page.given.supplier.forEach((_, e) => this.serviceOf.set(this.keyOf(e).join("\n"), e));
  }

  keyOf(e) {
    const { supplier, client } = this.page.given;
    const { ids } = this.page.departments;
    const at = this.page.services.name[e];
    return [ids[supplier[e]], ids[client[e]], at < 0 ? "" : this.page.services.names[at]];
  }

  /** Repairs as lists that JSON can hold. */
  repairs({ fulfilment, transmission }, lifts) {
    const { ids } = this.page.departments;
    return {
      lifts: [...lifts].map(([id, part]) => [ids[id], part]),
      scores: [...fulfilment].map(([e, level]) => [...this.keyOf(e), level]),
      taus: [...transmission].map(([id, tau]) => [ids[id], tau]),
    };
  }

  /** Everything as one text with its keys in one order; notes only where they are wanted, they are for the file. */
  write({ notes }) {
    const { page } = this;
    const { ids } = page.departments;
    const { shortfall, kind, division, tier, customer, bins, loops } = page.filters;
    const department = (text) => (text === "" ? "" : ids[Number(text)]);
    const state = {
      selected: page.selection.map((id) => ids[id]),
      shortfall,
      kind,
      division: department(division),
      tier,
      customer: department(customer),
      bins: [...bins].sort((a, b) => a - b),
      loops: loops === page.data.loops ? "" : loops,
      extent: page.extent || "",
      shifts: [...page.shifts].sort(([one], [other]) => one - other).map(([id, by]) => [ids[id], by]),
      differences: page.differences ? 1 : "",
      period: page.period === null ? "" : page.data.periods[page.period].name,
      transmission: page.assumed.transmission === null ? "" : page.assumed.transmission,
      stringency: page.assumed.stringency === Infinity ? "inf" : page.assumed.stringency || "",
      ...this.repairs(page.change, page.lifts),
      kept: page.scenarios,
      notes: notes ? [...page.notes].map(([id, text]) => [ids[id], text]) : [],
    };
    const told = Object.entries(state).filter(([, value]) => !(value === "" || value === 0 || value.length === 0));
    return told.length ? JSON.stringify(Object.fromEntries(told)) : "";
  }

  /** Numbers of what a list of ids names here. */
  known(list) {
    return rows(list)
      .map((id) => this.numberOf.get(id))
      .filter((id) => id !== undefined);
  }

  /** Bring back what a text says; whoever calls shows it. A text that is no state of ours changes nothing. */
  read(text, { notes }) {
    const { page } = this;
    const state = parsed(text);
    if (state === null) return false;
    page.selection = this.known(state.selected);
    page.noFilters();
    const { filters } = page;
    const number = (id) => (this.numberOf.has(id) ? String(this.numberOf.get(id)) : "");
    filters.shortfall = within(state.shortfall, 0, 1) ? state.shortfall : 0;
    filters.kind = ["0", "1"].includes(state.kind) ? state.kind : "";
    filters.division = number(state.division);
    filters.tier = page.data.tierNames[Number(state.tier)] && state.tier !== undefined ? String(state.tier) : "";
    filters.customer = number(state.customer);
    filters.bins = new Set(rows(state.bins).filter((bin) => within(bin, 0, 4)));
    if (typeof state.loops === "boolean") filters.loops = state.loops;
    page.extent = page.data.pictures[state.extent] ? Number(state.extent) : 0;
    page.shifts = new Map(
      rows(state.shifts)
        .filter((shift) => Array.isArray(shift) && this.numberOf.has(shift[0]) && within(shift[1], -FARTHEST, FARTHEST))
        .map(([id, by]) => [this.numberOf.get(id), Math.round(by)])
        .filter(([, by]) => by !== 0),
    );
    const period = page.data.periods.findIndex(({ name }) => name === state.period);
    page.period = period < 0 ? null : period;
    page.differences = state.differences === 1 && page.data.periods.length > 0;
    page.assumed = {
      transmission: within(state.transmission, 0, 0.999) ? state.transmission : null,
      stringency: page.offered(state.stringency),
    };
    page.measure();
    this.readRepairs(state);
    page.scenarios = rows(state.kept)
      .filter((kept) => kept && typeof kept.name === "string" && [kept.gap, kept.today].every(Number.isFinite))
      .filter((kept) => ["changes", "assumptions", "lifts", "scores", "taus"].every((key) => Array.isArray(kept[key])))
      .slice(0, MOST_KEPT);
    if (notes)
      page.notes = new Map(
        rows(state.notes)
          .filter((note) => Array.isArray(note) && this.numberOf.has(note[0]) && typeof note[1] === "string")
          .map(([id, words]) => [this.numberOf.get(id), words]),
      );
    return true;
  }

  readRepairs({ lifts, scores, taus }) {
    const { page } = this;
    const [bottom, top] = page.network.scale;
    page.change = { fulfilment: new Map(), transmission: new Map(), stringency: null };
    page.lifts = new Map();
    rows(lifts)
      .filter(Array.isArray)
      .forEach(([id, part]) => {
      if (this.numberOf.has(id) && within(part, -1, 1)) page.lift(this.numberOf.get(id), part);
    });
    rows(scores).forEach((entry) => {
      if (!Array.isArray(entry) || entry.length !== 4) return;
      const e = this.serviceOf.get(entry.slice(0, 3).join("\n"));
      if (e !== undefined && within(entry[3], bottom, top) && !page.hidesService(e)) page.setService(e, entry[3]);
    });
    rows(taus)
      .filter(Array.isArray)
      .forEach(([id, tau]) => {
      if (this.numberOf.has(id) && within(tau, 0, 0.999)) page.setTransmission(this.numberOf.get(id), tau);
    });
  }
}
/** Scenarios that are kept side by side. */
const MOST_KEPT = 3;
/** How far a glass can be moved to a side, in the picture's units. */
const FARTHEST = 20000;
const rows = (list) => (Array.isArray(list) ? list : []);
const within = (value, low, high) => typeof value === "number" && value >= low && value <= high;
/** An object from a text that anybody may have written, null where it is none. */
function parsed(text) {
  if (text === "") return {};
  try {
    const found = JSON.parse(text);
    return found !== null && typeof found === "object" ? found : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
