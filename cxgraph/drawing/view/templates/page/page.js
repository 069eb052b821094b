/* What the page asks of the model: names, causes, ways, what is selected and what passes the filters. */
"use strict";
const MOST_ONWARD = 60;
class Page extends Model {
  constructor(data) {
    super(data);
    this.words = Words.speak(data.texts, data.decimal);
    this.selection = [];
    this.cursor = null;
    this.notes = new Map();
    this.scenarios = [];
    this.shifts = new Map();
    this.divisionOf = this.findDivisions();
    this.noFilters();
  }

  noFilters() {
    this.filters = {
      shortfall: 0,
      kind: "",
      division: "",
      tier: "",
      customer: "",
      bins: new Set(),
      loops: this.data.loops,
    };
  }

  /** The department that the panel tells of: the last one selected. */
  get selected() {
    return this.selection.length ? this.selection[this.selection.length - 1] : null;
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

  /** How good a level is, 0 severe to 4 met; rounded as the figures are, so that no bin hangs on a last digit. */
  binOfLevel(level) {
    const rounded = Math.round(1e9 * level) / 1e9;
    return this.data.binEdges.filter((edge) => rounded >= edge).length;
  }

  binOf(e) {
    return this.binOfLevel(1 - this.now.lacks[e]);
  }

  part(id) {
    return this.network.customerWeight[id] * this.now.received[id];
  }

  nameOfService(e) {
    const at = this.services.name[e];
    return at < 0 ? this.words.say("service_unnamed") : this.services.names[at];
  }

  serviceName(e) {
    const { supplier, client } = this.network;
    const { names } = this.departments;
    return this.words.say("service_name", {
      supplier: names[supplier[e]],
      client: names[client[e]],
      service: this.nameOfService(e),
    });
  }

  /** Verdicts and roles are those of the period that was analysed; an earlier one has none here. */
  verdictOf(e) {
    if (this.hidesService(e)) return this.words.say("withheld");
    return this.period === null ? this.data.verdicts[this.verdicts[e]] : "–";
  }

  roleOf(id) {
    if (this.hidesDepartment(id)) return this.words.say("withheld");
    return this.period === null ? this.data.roles[this.roles[id]] : "";
  }

  tierOf(id) {
    return this.data.tierNames[this.departments.tiers[id]] || "";
  }

  share(value) {
    const total = this.now.customerShortfall;
    return total > 0 ? value / total : 0;
  }

  /** How full a glass of some departments is, by what each one's lack costs the customers; null where none receives. */
  levelOf(members) {
    const inside = members.filter((id) => this.receives[id] && !this.hidesDepartment(id));
    if (!inside.length) return null;
    const sum = (value) => inside.reduce((total, id) => total + value(id), 0);
    const weight = sum((id) => this.now.reach[id]);
    if (!(weight > 0)) return 1 - sum((id) => this.now.received[id]) / inside.length;
    return 1 - sum((id) => this.now.reach[id] * this.now.received[id]) / weight;
  }

  /** The 90 % interval of a department's share, where answers were resampled for what is shown; null elsewhere. */
  intervalOf(id) {
    if (this.hidesDepartment(id) || this.period !== null || this.changed() || this.assumes()) return null;
    const low = this.shareLow[id];
    return typeof low === "number" ? [low, this.shareHigh[id]] : null;
  }

  /** A department's share of the gap in words, with its interval where there is one. */
  shareText(id) {
    const { say, percent } = this.words;
    const found = this.intervalOf(id);
    const share = percent(this.share(this.caused[id]));
    return found ? say("share_interval", { share, low: percent(found[0]), high: percent(found[1]) }) : share;
  }

  /** What the data behind a service are: answers and their standard deviation; null where neither is known. */
  evidenceOf(e) {
    if (this.hidesService(e) || this.period !== null) return null;
    const answers = this.answers[e];
    const spread = this.spreads[e];
    const parts = [
      answers ? this.words.say("evidence_answers", { count: this.words.number(answers) }) : "",
      typeof spread === "number" ? this.words.say("evidence_sd", { sd: this.words.number(spread, 2) }) : "",
    ];
    return parts.filter(Boolean).join(", ") || null;
  }

  throughOf(id) {
    if (!this.through.has(id))
      this.through.set(id, Diagnosis.throughFlow(this.network, this.index, this.now, id));
    return this.through.get(id);
  }

  /** What starts at a department, what it passes on and what it kept from its clients, in the customers' points. */
  partsOf(id) {
    const { now } = this;
    const own = this.caused[id];
    let absorbed = 0;
    for (const e of Cascade.servicesOf(this.index.given, id))
      absorbed += now.serviceReach[e] * (now.potential[e] - (now.lacks[e] - now.own[e]));
    return { own, inherited: Math.max(this.throughOf(id) - own, 0), absorbed };
  }

  /** Part of what customers miss through a department that started further up. */
  inheritedPart(id) {
    const through = this.throughOf(id);
    return through > 0 ? Math.max(through - this.caused[id], 0) / through : 0;
  }

  /** What a department delivers of what its clients expect, by what customers lose through each service; or null. */
  deliveredBy(id) {
    const { serviceReach, lacks } = this.now;
    let reach = 0;
    let lost = 0;
    for (const e of Cascade.servicesOf(this.index.given, id)) {
      reach += serviceReach[e];
      lost += serviceReach[e] * lacks[e];
    }
    return reach > 0 ? 1 - lost / reach : null;
  }

  /** Departments by what starts there, the largest first; those that are withheld have no place among them. */
  rankedDepartments() {
    return [...this.caused.keys()]
      .filter((id) => this.caused[id] > 1e-9 * this.now.customerShortfall && !this.hidesDepartment(id))
      .sort((a, b) => this.caused[b] - this.caused[a] || a - b);
  }

  rankedGiven(id) {
    const weight = (e) => this.base.serviceReach[e] * this.base.lacks[e];
    return [...Cascade.servicesOf(this.index.given, id)].sort((a, b) => weight(b) - weight(a) || a - b);
  }

  /** Services by what starts in them, of all that customers miss; the first are numbered, whatever is selected. */
  costliest(most) {
    const { contribution, customerShortfall } = this.now;
    return [...contribution.keys()]
      .filter((e) => contribution[e] > 1e-9 * customerShortfall && !this.hidesService(e))
      .sort((a, b) => contribution[b] - contribution[a] || a - b)
      .slice(0, most);
  }

  /** The ten heaviest root causes of what is selected (or of J), and the share of it that they hold. */
  causes(most = 10) {
    if (this.known && this.known.of === this.selected) return this.known;
    const id = this.selected;
    const values =
      id === null ? this.now.contribution : Diagnosis.causesOf(this.network, this.index, this.now, id);
    const total = id === null ? this.now.customerShortfall : this.now.received[id];
    const list = [...values.keys()]
      .filter((e) => values[e] > 1e-9 * total && !this.hidesService(e))
      .sort((a, b) => values[b] - values[a] || a - b)
      .slice(0, most)
      .map((service) => ({ service, value: values[service] }));
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
      const spread = Diagnosis.spreadOf(network, index, now, id);
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

  /** The heaviest way between two selected departments, in the direction in which there is one; null with others. */
  pathBetween() {
    if (this.selection.length !== 2) return null;
    const [one, other] = this.selection;
    const tried = [
      [one, other],
      [other, one],
    ].map(([from, to]) => ({ from, to, ...Diagnosis.heaviestPath(this.network, this.index, this.now, from, to) }));
    return tried.find(({ services }) => services.length) || tried[0];
  }

  /** Services that stay in sight with what is selected; null where nothing is. */
  keptServices() {
    if (!this.selection.length) return null;
    const path = this.pathBetween();
    if (path && path.services.length) return { kept: new Set(path.services), faded: 0 };
    const ways = this.selection.map((id) => this.waysOf(id));
    return {
      kept: new Set(ways.flatMap(({ kept }) => [...kept])),
      faded: ways.reduce((sum, { faded }) => sum + faded, 0),
    };
  }

  /** Departments from which anything reaches a customer, itself included. */
  upstreamOf(customer) {
    const seen = new Set([customer]);
    const queue = [customer];
    while (queue.length)
      for (const e of Cascade.servicesOf(this.index.received, queue.pop())) {
        const supplier = this.network.supplier[e];
        if (!seen.has(supplier)) {
          seen.add(supplier);
          queue.push(supplier);
        }
      }
    return seen;
  }

  /** Whether a service passes the filters. */
  passes(e) {
    const { shortfall, kind, division, tier, customer, bins } = this.filters;
    const { supplier, client } = this.network;
    const lacks = this.now.lacks[e];
    if (lacks < shortfall || (this.now.asked && !this.now.asked.has(e))) return false;
    if (bins.size && (this.hidesService(e) || !bins.has(this.binOf(e)))) return false;
    if (kind !== "" && this.services.kinds[e] !== Number(kind)) return false;
    const { tiers } = this.departments;
    if (tier !== "" && tiers[supplier[e]] !== Number(tier) && tiers[client[e]] !== Number(tier)) return false;
    if (customer !== "") {
      if (this.reaching === undefined || this.reaching.customer !== customer)
        this.reaching = { customer, from: this.upstreamOf(Number(customer)) };
      if (!this.reaching.from.has(client[e])) return false;
    }
    return (
      division === "" ||
      this.divisionOf[supplier[e]].has(Number(division)) ||
      this.divisionOf[client[e]].has(Number(division))
    );
  }

  /** Whether a department is one that the filters are about; the others fade. */
  inFilter(id) {
    const { division, tier, customer } = this.filters;
    if (division !== "" && !this.divisionOf[id].has(Number(division))) return false;
    if (customer !== "" && !(this.reaching && this.reaching.from.has(id))) return false;
    return tier === "" || this.departments.tiers[id] === Number(tier);
  }

  /** The sentence that heads the page, its print and its pictures: the finding, or what is being tried. */
  title() {
    const { say, percent, signed } = this.words;
    const { name } = this.data;
    if (this.period !== null)
      return say("title_period", {
        name,
        period: this.data.periods[this.period].name,
        gap: percent(this.now.customerShortfall),
      });
    const assumed = this.assumptions().join("; ");
    if (this.changed()) {
      const [first, ...more] = this.changes();
      return say("title_what_if", {
        what: more.length ? say("and_more", { first, count: more.length }) : first,
        gap: percent(this.now.customerShortfall),
        points: signed(100 * (this.now.customerShortfall - this.base.customerShortfall), 1),
      });
    }
    if (assumed) return say("title_assumed", { assumed, gap: percent(this.now.customerShortfall) });
    return this.data.finding;
  }

  /** Every assumption in a sentence. */
  assumptions() {
    const { say, percent, number } = this.words;
    const { transmission, stringency } = this.assumed;
    const list = [];
    if (transmission !== null) list.push(say("assumed_transmission", { value: percent(transmission, 0) }));
    if (stringency !== null)
      list.push(
        say("assumed_stringency", {
          value: stringency === Infinity ? say("stringency_worst") : number(stringency, stringency % 1 ? 1 : 0),
        }),
      );
    return list;
  }

  /** Every repair in a sentence: departments that are lifted as a whole, then services and transmissions. */
  changes() {
    const { say, percent, signed, number } = this.words;
    const { names } = this.departments;
    const list = [...this.lifts].map(([id, part]) =>
      say("change_all", { name: names[id], part: `${signed(100 * part)}\u00a0%` }),
    );
    this.change.fulfilment.forEach((level, e) => {
      const id = this.network.supplier[e];
      if (!this.lifts.has(id) || !this.liftedTo(e, level))
        list.push(
          say("change_service", {
            service: this.serviceName(e),
            before: number(this.network.fulfilment[e], 1),
            after: number(level, 1),
          }),
        );
    });
    this.change.transmission.forEach((tau, id) =>
      list.push(
        say("change_transmission", {
          name: names[id],
          before: percent(this.network.transmission[id], 0),
          after: percent(tau, 0),
        }),
      ),
    );
    return list;
  }

  /** Whether a service stands where the lift of its whole department has put it. */
  liftedTo(e, level) {
    const part = this.lifts.get(this.network.supplier[e]);
    const [bottom, top] = this.network.scale;
    const today = this.network.fulfilment[e];
    const goal = this.network.expectation[e] === null ? top : this.network.expectation[e];
    const lifted = part >= 0 ? today + part * Math.max(goal - today, 0) : today + part * (today - bottom);
    return Math.abs(lifted - level) < 1e-12;
  }

  /** A name for files: what-ifs, assumptions and earlier periods say so. */
  fileStem() {
    const { file, fileMarks } = this.data;
    if (this.period !== null) return `${file}-${this.data.periods[this.period].file}`;
    return file + (this.changed() ? `-${fileMarks.whatIf}` : "") + (this.assumes() ? `-${fileMarks.assumed}` : "");
  }
}
