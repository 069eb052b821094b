/* What the page knows: the organisation, today, the change that is being tried, what is selected and filtered. */
"use strict";
class Page {
  constructor(data) {
    this.data = data;
    this.words = Words.speak(data.texts, data.decimal);
    this.departments = data.departments;
    this.services = data.services;
    const given = data.network;
    const count = given.transmission.length;
    const order = Int32Array.from(given.order);
    this.network = {
      ...given,
      count,
      order,
      backwards: order.slice().reverse(),
      stringency: given.stringency === null ? Infinity : given.stringency,
      wide: this.flags(given.wide),
      outOfLine: this.flags(given.outOfLine),
    };
    this.withheld = data.withheld
      ? { services: this.flags(data.withheld.services), departments: new Set(data.withheld.departments) }
      : null;
    this.index = Cascade.indexServices(this.network);
    this.base = Cascade.today(this.network, this.index);
    this.customers = [...Array(count).keys()].filter((id) => given.customerWeight[id] > 0);
    this.selected = null;
    this.cursor = null;
    this.filters = { shortfall: 0, kind: "", division: "", loops: false };
    this.divisionOf = this.findDivisions();
    this.listeners = [];
    this.reset();
  }

  flags(numbers) {
    const flags = new Uint8Array(this.data.network.supplier.length);
    numbers.forEach((e) => {
      flags[e] = 1;
    });
    return flags;
  }

  /** Whether too few people answered for a service to show it alone; its scores here are its group's average. */
  hidesService(e) {
    return this.withheld !== null && this.withheld.services[e] === 1;
  }

  /** How well a service is now, 0 severe to 4 met; rounded as the figures are, so that no bin hangs on a last digit. */
  binOf(e) {
    const level = Math.round(1e9 * (1 - this.now.lacks[e])) / 1e9;
    return this.data.binEdges.filter((edge) => level >= edge).length;
  }

  hidesDepartment(id) {
    return this.withheld !== null && this.withheld.departments.has(id);
  }

  /** For each department, all departments it reports to, itself included. */
  findDivisions() {
    const { parents } = this.departments;
    return parents.map((_, id) => {
      const line = new Set();
      for (let at = id; at >= 0 && !line.has(at); at = parents[at]) line.add(at);
      return line;
    });
  }

  // ---- the change that is being tried ---------------------------------------------------------

  reset() {
    this.change = { fulfilment: new Map(), transmission: new Map(), stringency: null };
    this.lifts = new Map();
    this.allTransmission = null;
    this.settle();
  }

  changed() {
    return (
      this.change.fulfilment.size > 0 || this.change.transmission.size > 0 || this.change.stringency !== null
    );
  }

  settle() {
    this.unsettled = false;
    try {
      this.now = this.changed() ? Cascade.whatIf(this.network, this.index, this.base, this.change) : this.base;
    } catch (error) {
      if (!(error instanceof Cascade.Unsettled)) throw error;
      this.unsettled = true; // what was shown last stays, and the page says so
    }
    const { expectation } = this.network;
    const surplus = Float64Array.from(expectation, (x, e) =>
      this.now.lacks[e] > 0 ? 0 : Cascade.surplusOf(this.network, x, this.scoreOf(e)),
    );
    this.verdicts = Cascade.verdicts(this.network, this.now, surplus, (id) => this.change.transmission.has(id));
    this.roles = Cascade.roles(this.network, this.index, this.now, (id) =>
      this.change.transmission.has(id) ? 0 : this.network.usual[id],
    );
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

  /** Move all services of a department a part of the way to what is expected (or, below 0, to nothing). */
  lift(id, part) {
    this.lifts.set(id, part);
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
    return this.change.transmission.has(id)
      ? this.change.transmission.get(id)
      : this.network.transmission[id];
  }

  /** Sliders of one department: all its services together, its transmission, each service. */
  levers(id, services) {
    const { words, network } = this;
    const [min, max] = network.scale;
    const { say, number, percent, signed } = words;
    return [
      {
        label: say("lever_all"),
        note: say("lever_all_note"),
        min: -100,
        max: 100,
        step: 1,
        read: () => Math.round(100 * (this.lifts.get(id) || 0)),
        write: (part) => this.lift(id, part / 100),
        describe: (part) => `${signed(part)}\u00a0%`,
      },
      {
        label: say("lever_transmission"),
        note: this.data.origins[this.departments.origins[id]],
        min: 0,
        max: 0.98,
        step: "any",
        read: () => this.transmissionOf(id),
        write: (tau) => this.setTransmission(id, tau),
        describe: (tau) => percent(tau, 0),
      },
      ...services.map((e) => ({
        label: say("lever_service", { client: this.departments.names[network.client[e]] }),
        note: this.services.names[this.services.name[e]],
        min,
        max,
        step: "any",
        read: () => this.scoreOf(e),
        write: (level) => this.setService(e, level),
        describe: (level) =>
          network.expectation[e] === null
            ? number(level, 1)
            : say("got_of", { got: number(level, 1), expected: number(network.expectation[e], 1) }),
      })),
    ];
  }

  /** Sliders for everybody: one transmission for all departments, and the customers' stringency. */
  globalLevers() {
    const { say, percent, number } = this.words;
    const taus = [...this.network.transmission];
    const mean = taus.reduce((sum, tau) => sum + tau, 0) / Math.max(taus.length, 1);
    const alike = taus.every((tau) => tau === taus[0]);
    const steps = [1, 1.5, 2, 3, 4, 6, 10, 20, Infinity];
    if (!steps.includes(this.network.stringency)) steps.push(this.network.stringency);
    steps.sort((a, b) => a - b);
    return [
      {
        label: say("lever_transmission_all"),
        note: say("lever_transmission_all_note"),
        min: 0,
        max: 0.98,
        step: "any",
        read: () => (this.allTransmission === null ? mean : this.allTransmission),
        write: (tau) => {
          this.allTransmission = tau;
          taus.forEach((_, id) => this.setTransmission(id, tau));
        },
        describe: (tau) =>
          this.allTransmission === null && !alike
            ? say("mean_of", { value: percent(tau, 0) })
            : percent(tau, 0),
      },
      {
        label: say("lever_stringency"),
        note: say("lever_stringency_note"),
        min: 0,
        max: steps.length - 1,
        step: 1,
        read: () =>
          steps.indexOf(this.change.stringency === null ? this.network.stringency : this.change.stringency),
        write: (at) => {
          this.change.stringency = steps[at] === this.network.stringency ? null : steps[at];
        },
        describe: (at) =>
          steps[at] === Infinity
            ? say("stringency_worst")
            : steps[at] === 1
              ? say("stringency_mean")
              : number(steps[at], Number.isInteger(steps[at]) ? 0 : 1),
      },
    ];
  }

  // ---- what is asked of it ---------------------------------------------------------------------

  part(id) {
    return this.network.customerWeight[id] * this.now.received[id];
  }

  serviceName(e) {
    const { supplier, client } = this.network;
    const { names } = this.departments;
    return this.words.say("service_name", {
      supplier: names[supplier[e]],
      client: names[client[e]],
      service: this.services.names[this.services.name[e]],
    });
  }

  verdictOf(e) {
    if (this.hidesService(e)) return this.words.say("withheld");
    return this.data.verdicts[this.verdicts[e]];
  }

  roleOf(id) {
    if (this.hidesDepartment(id)) return this.words.say("withheld");
    return this.data.roles[this.roles[id]];
  }

  tierOf(id) {
    return this.data.tierNames[this.departments.tiers[id]] || "";
  }

  /** Own, inherited and absorbed of what a department gives, in the customers' points. */
  partsOf(id) {
    const parts = { own: 0, inherited: 0, absorbed: 0 };
    const { now } = this;
    for (const e of Cascade.servicesOf(this.index.given, id)) {
      const came = now.lacks[e] - now.own[e];
      parts.own += now.serviceReach[e] * now.own[e];
      parts.inherited += now.serviceReach[e] * came;
      parts.absorbed += now.serviceReach[e] * (now.potential[e] - came);
    }
    return parts;
  }

  rankedGiven(id) {
    const weight = (e) => this.base.serviceReach[e] * this.base.lacks[e];
    return [...Cascade.servicesOf(this.index.given, id)].sort((a, b) => weight(b) - weight(a) || a - b);
  }

  /** The ten heaviest root causes of what is selected (or of J), and the share of it that they hold. */
  causes(most = 10) {
    if (this.known && this.known.of === this.selected) return this.known;
    const id = this.selected;
    const values =
      id === null ? this.now.contribution : Cascade.causesOf(this.network, this.index, this.now, id);
    const total = id === null ? this.now.customerShortfall : this.now.received[id];
    const order = [...values.keys()]
      .filter((e) => values[e] > 1e-9 * total && !this.hidesService(e))
      .sort((a, b) => values[b] - values[a] || a - b)
      .slice(0, most);
    const list = order.map((service) => ({ service, value: values[service] }));
    const held = list.reduce((sum, { value }) => sum + value, 0);
    this.known = { of: id, list, total, share: total > 0 ? held / total : 0 };
    return this.known;
  }

  /**
   * The services that stay when a department is selected: from its direct suppliers, and its ways to the customers.
   * In a closely woven organisation everything is on some way; there the lightest ways, together less than a tenth of
   * what it does to the customers, fade as well.
   */
  waysOf(id) {
    const { network, index, now } = this;
    const kept = new Set(Cascade.servicesOf(index.received, id));
    const onward = new Set();
    const queue = [id];
    const seen = new Set(queue);
    while (queue.length) {
      for (const e of Cascade.servicesOf(index.given, queue.pop())) {
        const client = network.client[e];
        if (now.reach[client] > 0) onward.add(e);
        if (!seen.has(client)) {
          seen.add(client);
          queue.push(client);
        }
      }
    }
    if (onward.size > MOST_ONWARD) {
      const spread = Cascade.spreadOf(network, index, now, id);
      const carried = (e) =>
        network.supplier[e] === id
          ? now.serviceReach[e] * now.lacks[e]
          : spread[network.supplier[e]] *
            now.coupling[e] *
            now.reach[network.client[e]] *
            Math.max(now.received[id], 0.1);
      const ranked = [...onward].sort((a, b) => carried(b) - carried(a) || a - b);
      ranked.slice(0, MOST_ONWARD).forEach((e) => kept.add(e));
      return { kept, faded: ranked.length - MOST_ONWARD };
    }
    onward.forEach((e) => kept.add(e));
    return { kept, faded: 0 };
  }

  /** Whether a service passes the filters. */
  passes(e) {
    const { shortfall, kind, division } = this.filters;
    const { supplier, client } = this.network;
    if (this.now.lacks[e] < shortfall) return false;
    if (kind !== "" && this.services.kinds[e] !== Number(kind)) return false;
    return (
      division === "" ||
      this.divisionOf[supplier[e]].has(Number(division)) ||
      this.divisionOf[client[e]].has(Number(division))
    );
  }

  inDivision(id) {
    return this.filters.division === "" || this.divisionOf[id].has(Number(this.filters.division));
  }
}
const MOST_ONWARD = 60;
