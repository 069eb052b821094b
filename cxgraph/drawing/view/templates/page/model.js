/*
 * The organisation, what is assumed of it, and the repairs that are being tried.
 *
 * Assumptions (transmission of all, stringency) are another reading of the same answers, exactly as the command line's
 * --transmission and --stringency: today is computed anew with them, and nothing gains. Repairs (scores, what one
 * department lets through) are compared with that today.
 */
"use strict";
class Model {
  constructor(data) {
    this.data = data;
    const { unpack } = Packing;
    this.departments = { ...data.departments, ids: data.departments.ids || data.departments.names };
    ["parents", "kinds", "tiers", "origins"].forEach((key) => {
      this.departments[key] = unpack(data.departments[key]);
    });
    this.services = { ...data.services, name: unpack(data.services.name), kinds: unpack(data.services.kinds) };
    this.answers = unpack(data.services.answers) || [];
    this.spreads = unpack(data.services.sd) || [];
    this.shareLow = unpack(data.departments.shareLow) || [];
    this.shareHigh = unpack(data.departments.shareHigh) || [];
    this.given = this.read(data.network);
    this.withheld = data.withheld
      ? { services: this.flags(data.withheld.services), departments: new Set(data.withheld.departments) }
      : null;
    this.index = Cascade.indexServices(this.given);
    const { count } = this.given;
    this.customers = [...Array(count).keys()].filter((id) => this.given.customerWeight[id] > 0);
    const shares = Cascade.importanceShares(this.given);
    // A department that receives nothing has no level: a dash, here as in the tower.
    this.receives = Uint8Array.from({ length: count }, (_, id) =>
      Number(Cascade.servicesOf(this.index.received, id).some((e) => shares[e] > 0)),
    );
    this.listeners = [];
    this.assumed = { transmission: null, stringency: null };
    this.period = null;
    this.differences = false;
    this.earlier = { before: null, state: null };
    this.measure();
    this.reset();
  }

  read(given) {
    const { unpack } = Packing;
    const customerWeight = unpack(given.customerWeight);
    const count = customerWeight.length;
    const order = Int32Array.from(unpack(given.order));
    const supplier = unpack(given.supplier);
    const flags = (numbers) => {
      const made = new Uint8Array(supplier.length);
      numbers.forEach((e) => {
        made[e] = 1;
      });
      return made;
    };
    return {
      ...given,
      count,
      order,
      supplier,
      customerWeight,
      client: unpack(given.client),
      expectation: unpack(given.expectation),
      fulfilment: unpack(given.fulfilment),
      importance: unpack(given.importance),
      transmission: unpack(given.transmission),
      usual: unpack(given.usual),
      sure: given.sure && { low: unpack(given.sure.low), high: unpack(given.sure.high) },
      backwards: order.slice().reverse(),
      stringency: given.stringency === null ? Infinity : given.stringency,
      looped: new Set(unpack(given.looped)),
      wide: given.wide ? flags(unpack(given.wide)) : null,
      outOfLine: flags(given.outOfLine || []),
    };
  }

  flags(numbers) {
    const flags = new Uint8Array(this.given.supplier.length);
    numbers.forEach((e) => {
      flags[e] = 1;
    });
    return flags;
  }

  /** Whether too few people answered for a service to show it alone; its scores here are its group's average. */
  hidesService(e) {
    return this.withheld !== null && this.withheld.services[e] === 1;
  }

  hidesDepartment(id) {
    return this.withheld !== null && this.withheld.departments.has(id);
  }

  // ---- what is assumed -------------------------------------------------------------------------

  /** Stringencies that can be assumed, the analysed one among them. */
  get stringencies() {
    const others = this.data.readings.map(({ stringency }) => (stringency === null ? Infinity : stringency));
    return [...others, this.given.stringency].sort((a, b) => a - b);
  }

  /** A stringency as a number, from "inf" or a number that can be assumed here; null for any other. */
  offered(stringency) {
    const value = stringency === "inf" ? Infinity : stringency;
    return value !== this.given.stringency && this.stringencies.includes(value) ? value : null;
  }

  assumes() {
    return this.assumed.transmission !== null || this.assumed.stringency !== null;
  }

  /** Today under the assumptions. */
  measure() {
    const { transmission, stringency } = this.assumed;
    const network = { ...this.given };
    if (stringency !== null) {
      // What a client lacks is another number then, and so are the transmissions that were estimated from it.
      const { unpack } = Packing;
      const reading = this.data.readings.find((one) => (one.stringency === null ? Infinity : one.stringency) === stringency);
      network.stringency = stringency;
      network.transmission = unpack(reading.transmission);
      network.usual = unpack(reading.usual);
      network.sure = reading.sure && { low: unpack(reading.sure.low), high: unpack(reading.sure.high) };
      network.wide = null;
    }
    if (transmission !== null) {
      network.transmission = this.given.transmission.map(() => transmission);
      network.usual = network.transmission.map(() => 0);
      network.sure = null;
      network.wide = null;
    }
    const base = Cascade.today(network, this.index);
    // What all comes through is told apart here, once, so that a repair finds it as it was.
    if (network.wide === null)
      network.wide = Uint8Array.from(base.passThrough, (through, e) =>
        Number(base.received[network.supplier[e]] > 0 && through === network.transmission[network.supplier[e]]),
      );
    this.network = network;
    this.base = base;
  }

  assume(name, value) {
    const before = { ...this.assumed };
    this.assumed[name] = value;
    try {
      this.measure();
      this.unsettled = false;
    } catch (error) {
      if (!(error instanceof Cascade.Unsettled)) throw error;
      this.assumed = before;
      this.unsettled = true;
    }
  }

  // ---- the repairs that are being tried ---------------------------------------------------------

  reset() {
    this.change = { fulfilment: new Map(), transmission: new Map(), stringency: null };
    this.lifts = new Map();
    this.settle();
  }

  changed() {
    return this.change.fulfilment.size > 0 || this.change.transmission.size > 0 || this.change.stringency !== null;
  }

  /** What is shown: an earlier period, or today with the repairs. */
  settle() {
    this.unsettled = false;
    try {
      if (this.period !== null) this.now = this.periodState(this.period);
      else this.now = this.changed() ? Cascade.whatIf(this.network, this.index, this.base, this.change) : this.base;
    } catch (error) {
      if (!(error instanceof Cascade.Unsettled)) throw error;
      this.unsettled = true; // what was shown last stays, and the page says so
    }
    const { expectation } = this.network;
    const surplus = Float64Array.from(expectation, (x, e) =>
      this.now.lacks[e] > 0 ? 0 : Cascade.surplusOf(this.network, x, this.scoreOf(e)),
    );
    const chosen = (id) => this.change.transmission.has(id) || this.assumed.transmission !== null;
    this.verdicts = Diagnosis.verdicts(this.network, this.now, surplus, chosen);
    this.roles = Diagnosis.roles(this.network, this.index, this.now, (id) => (chosen(id) ? 0 : this.network.usual[id]));
    this.caused = this.now.caused || Diagnosis.causedBy(this.network, this.now);
    this.through = new Map();
    this.known = null;
  }

  recompute() {
    this.settle();
    this.listeners.forEach((listener) => listener("numbers"));
  }

  scoreOf(e) {
    return this.change.fulfilment.has(e) ? this.change.fulfilment.get(e) : this.network.fulfilment[e];
  }

  /** The fulfilment that the client would report now: the score that is set, moved by what the supplier passes on. */
  levelNow(e) {
    const { network } = this;
    if (this.period !== null) return this.now.fulfilment[e];
    const [bottom, top] = network.scale;
    const score = this.scoreOf(e);
    const lacks = this.now.lacks[e];
    if (Math.abs(Cascade.shortfallOf(network, network.expectation[e], score) - lacks) < 1e-12) return score;
    if (network.scoring === "ratio") return bottom + (1 - lacks) * (network.expectation[e] - bottom);
    const level =
      network.scoring === "gap"
        ? network.expectation[e] - lacks * (top - bottom)
        : bottom + (1 - lacks) * (top - bottom);
    return Math.min(Math.max(level, bottom), top);
  }

  /** What the client expects; null where nobody has said. */
  expectationOf(e) {
    return this.period === null ? this.network.expectation[e] : this.now.expectation[e];
  }

  /** Move all services of a department a part of the way to what is expected (or, below 0, to nothing). */
  lift(id, part) {
    if (part === 0) this.lifts.delete(id);
    else this.lifts.set(id, part);
    const [bottom, top] = this.network.scale;
    for (const e of Cascade.servicesOf(this.index.given, id)) {
      const today = this.network.fulfilment[e];
      const goal = this.network.expectation[e] === null ? top : this.network.expectation[e];
      const level = part >= 0 ? today + part * Math.max(goal - today, 0) : today + part * (today - bottom);
      this.setService(e, part === 0 ? today : level);
    }
  }

  setService(e, level) {
    if (level === this.network.fulfilment[e]) this.change.fulfilment.delete(e);
    else this.change.fulfilment.set(e, level);
  }

  setTransmission(id, tau) {
    if (tau === this.network.transmission[id]) this.change.transmission.delete(id);
    else this.change.transmission.set(id, tau);
  }

  transmissionOf(id) {
    return this.change.transmission.has(id) ? this.change.transmission.get(id) : this.network.transmission[id];
  }

  // ---- earlier periods --------------------------------------------------------------------------

  /** What changed since the period before the one that is shown; null for the first one, and where there is one only. */
  get sincePeriod() {
    return this.period === null ? this.data.change : this.data.periods[this.period].change;
  }

  /** The same, and nothing while a scenario or an assumption is shown: the change is one of what was measured. */
  changeSince() {
    return this.period === null && (this.changed() || this.assumes()) ? null : this.sincePeriod;
  }

  /** By how many points a department receives more (above 0) or less than in the period before; null where unknown. */
  fuller(id) {
    const since = this.sincePeriod;
    if (!since) return null;
    if (this.earlier.before !== since.before) {
      const at = this.data.periods.findIndex(({ name }) => name === since.before);
      this.earlier = { before: since.before, state: this.periodState(at) };
    }
    const { state } = this.earlier;
    const receives = this.period === null ? this.receives[id] === 1 : this.now.fed.has(id);
    return receives && state.fed.has(id) ? 100 * (state.received[id] - this.now.received[id]) : null;
  }

  /** The state of an earlier period, computed from its own scores, with this period's numbers for services. */
  periodState(at) {
    const period = this.data.periods[at];
    const network = this.read({ ...this.data.network, ...period.network, wide: null });
    const index = Cascade.indexServices(network);
    const state = Cascade.today(network, index);
    const services = Packing.unpack(period.services);
    const moved = {};
    Object.entries(state).forEach(([key, values]) => {
      if (!(values instanceof Float64Array) || values.length !== services.length || key === "received" || key === "reach")
        return;
      moved[key] = new Float64Array(this.given.supplier.length);
      services.forEach((e, own) => {
        if (e >= 0) moved[key][e] = values[own];
      });
    });
    const scores = { expectation: [], fulfilment: [] };
    services.forEach((e, own) => {
      if (e < 0) return;
      scores.expectation[e] = network.expectation[own];
      scores.fulfilment[e] = network.fulfilment[own];
    });
    const asked = new Set(services.filter((e) => e >= 0));
    // Services that have ended since count for their suppliers too, though no stream shows them.
    const fed = new Set(network.client);
    return { ...state, ...moved, ...scores, asked, fed, caused: Diagnosis.causedBy(network, state) };
  }
}
