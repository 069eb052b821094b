/* What a state of the cascade means: verdicts, roles, causes of one department, what comes through it. No page. */
"use strict";
const Diagnosis = (() => {
  /**
   * Verdicts as numbers in cxgraph.cascade.diagnosis.VERDICTS. `network.sure` holds the transmissions between which
   * each department's lies for sure enough; `known(department)` says whose transmission somebody has set.
   */
  function verdicts(network, state, surplus, known) {
    const sorted = Float64Array.from(state.serviceReach).sort();
    const half = sorted.length >> 1;
    const middle = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return Int8Array.from(state.lacks, (lacks, e) => {
      if (lacks > 0) {
        if (network.outOfLine[e]) return 2;
        const supplier = network.supplier[e];
        const under = state.own[e] >= lacks - state.own[e];
        const end = network.sure && !known(supplier) ? network.sure[under ? "high" : "low"][supplier] : null;
        if (end === null) return under ? 0 : 1; // not in doubt
        const half = 2 * end * state.received[supplier];
        if (under) return lacks < half ? 5 : 0;
        return lacks >= half ? 5 : 1;
      }
      return surplus[e] >= 0.1 && state.serviceReach[e] <= middle ? 3 : 4;
    });
  }

  /**
   * Roles as numbers in cxgraph.cascade.attribution.ROLES. `usual(department)` is the transmission that shielding is
   * measured against where it is above the department's own.
   */
  function roles(network, index, state, usual) {
    return Int8Array.from({ length: network.count }, (_, v) => {
      const services = Cascade.servicesOf(index.given, v);
      if (network.customerWeight[v] > 0 && services.length === 0) return 0;
      let [given, own, inherited, absorbed] = [0, 0, 0, 0];
      for (const e of services) {
        const share = state.effective[e];
        const came = state.lacks[e] - state.own[e];
        given += share;
        own += share * state.own[e];
        inherited += share * came;
        absorbed += share * (Math.max(state.potential[e], usual(v) * state.received[v]) - came);
      }
      if (state.received[v] === 0 && own + inherited === 0) return 5;
      if (absorbed > inherited && absorbed > own) return 3;
      if (own + inherited <= 0.25 * state.received[v] * given) return 4;
      return own >= inherited ? 1 : 2;
    });
  }

  /** What a unit lack of one department, or a unit of own shortfall before it, would do: causes of what it lacks. */
  function causesOf(network, index, state, department) {
    const unit = new Float64Array(network.count);
    unit[department] = 1;
    const reach = Cascade.solve(network, index, state.coupling, unit, true);
    return Float64Array.from(state.own, (own, e) => reach[network.client[e]] * state.effective[e] * own);
  }

  /** How much of a unit lack of one department every department ends up lacking. */
  function spreadOf(network, index, state, department) {
    const unit = new Float64Array(network.count);
    unit[department] = 1;
    return Cascade.solve(network, index, state.coupling, unit, false);
  }

  /**
   * What customers would be spared if a department neither failed nor passed anything on: it is taken out and all is
   * solved again, as cxgraph.cascade.attribution.extract_departments does. Outside loops that is what starts there
   * and reach times what it lacks; only departments in loops need the solution.
   */
  function throughFlow(network, index, state, department) {
    const given = Cascade.servicesOf(index.given, department);
    if (!network.looped.has(department)) {
      let flow = (state.reach[department] - network.customerWeight[department]) * state.received[department];
      for (const e of given) flow += state.contribution[e];
      return flow;
    }
    const coupling = Float64Array.from(state.coupling);
    for (const e of given) coupling[e] = 0;
    const reach = Cascade.solve(network, index, coupling, network.customerWeight, true);
    let left = 0;
    for (let e = 0; e < state.own.length; e += 1)
      if (network.supplier[e] !== department) left += reach[network.client[e]] * state.effective[e] * state.own[e];
    return state.customerShortfall - left;
  }

  /** What starts at each department: the sum of its services' contributions. */
  function causedBy(network, state) {
    const caused = new Float64Array(network.count);
    state.contribution.forEach((value, e) => {
      caused[network.supplier[e]] += value;
    });
    return caused;
  }

  /**
   * The way from one department to another along which most of the first one's own faults arrives: [services], empty
   * where none does. Every step keeps at most all of it, so the nearest-first search of Dijkstra (1959) finds it; where
   * the first has no fault of its own, what it passes on is followed.
   */
  function heaviestPath(network, index, state, from, to) {
    const first = (e) => state.effective[e] * state.own[e];
    const starts = Cascade.servicesOf(index.given, from).some((e) => first(e) > 0)
      ? first
      : (e) => state.effective[e] * (state.lacks[e] - state.own[e]);
    const best = new Map();
    const by = new Map();
    const done = new Set([from]);
    const offer = (e, weight) => {
      const client = network.client[e];
      if (weight > (best.get(client) || 0) && !done.has(client)) {
        best.set(client, weight);
        by.set(client, e);
      }
    };
    Cascade.servicesOf(index.given, from).forEach((e) => offer(e, starts(e)));
    while (best.size) {
      const [next, weight] = [...best].reduce((one, other) => (other[1] > one[1] ? other : one));
      best.delete(next);
      done.add(next);
      if (next === to) {
        const services = [];
        for (let at = to; at !== from; at = network.supplier[by.get(at)]) services.unshift(by.get(at));
        return { services, weight };
      }
      Cascade.servicesOf(index.given, next).forEach((e) => offer(e, weight * state.coupling[e]));
    }
    return { services: [], weight: 0 };
  }

  return { verdicts, roles, causesOf, spreadOf, throughFlow, causedBy, heaviestPath };
})();
