/*
 * The mathematics of the page: how shortfalls travel, and what a change would do to every glass.
 *
 * The steps and the order of operations are those of cxgraph.cascade (shortfall, split, cascade) and of
 * cxgraph.decide.what_if; the tests hold both to each other within 1e-9. Nothing here knows of the page:
 * every function takes numbers and returns numbers.
 *
 * A network is {count, supplier, client, expectation, fulfilment, importance, transmission, customerWeight,
 * scale, scoring, stringency, order, wide}: one entry for each service or department; `order` lists the departments so
 * that clients come before their suppliers, but for loops; `wide` marks the services through which all comes that their
 * supplier's transmission allows, null where that is to be found out here.
 */
"use strict";
const Cascade = (() => {
  const ACCURACY = 1e-14;
  const SETTLED = 1e-13;
  const ROUNDS = 20000;
  /** Loops that pass on nearly everything do not come to rest; whoever catches this says so in the reader's words. */
  class Unsettled extends Error {}

  /** Services that each department receives and gives, as rows of one flat array. */
  function indexServices(network) {
    const rows = (ends) => {
      const start = new Int32Array(network.count + 1);
      for (const end of ends) start[end + 1] += 1;
      for (let at = 0; at < network.count; at += 1) start[at + 1] += start[at];
      const next = start.slice(0, network.count);
      const service = new Int32Array(ends.length);
      for (let e = 0; e < ends.length; e += 1) service[next[ends[e]]++] = e;
      return { start, service };
    };
    return { received: rows(network.client), given: rows(network.supplier) };
  }

  /** d = clip(1 - level reached, 0, 1) of one service; see cxgraph.cascade.shortfall. */
  function shortfallOf(network, expectation, fulfilment) {
    const [bottom, top] = network.scale;
    const received = fulfilment - bottom;
    let lacks;
    if (network.scoring === "perception") lacks = 1 - received / (top - bottom);
    else if (network.scoring === "gap") lacks = (expectation - bottom - received) / (top - bottom);
    else lacks = expectation > bottom ? 1 - received / (expectation - bottom) : 0;
    return Math.min(Math.max(lacks, 0), 1);
  }

  /** Over-delivery as a fraction of the expectation; it offsets nothing. */
  function surplusOf(network, expectation, fulfilment) {
    const bottom = network.scale[0];
    if (expectation === null || !(expectation > bottom)) return 0;
    return Math.max((fulfilment - bottom) / (expectation - bottom) - 1, 0);
  }

  /** a_e: each service's importance among all that its client receives. */
  function importanceShares(network) {
    const total = new Float64Array(network.count);
    network.client.forEach((client, e) => {
      total[client] += network.importance[e];
    });
    return Float64Array.from(network.importance, (importance, e) => {
      const sum = total[network.client[e]];
      return sum > 0 ? importance / sum : 0;
    });
  }

  /** D of one department under stringency rho: the mean of its shortfalls at 1, the worst at infinity. */
  function aggregate(services, shares, lacks, rho) {
    let sum = 0;
    if (rho === 1) {
      for (const e of services) sum += shares[e] * lacks[e];
      return sum;
    }
    let worst = 0;
    for (const e of services) if (shares[e] > 0 && lacks[e] > worst) worst = lacks[e];
    if (worst === 0 || rho === Infinity) return worst;
    // Divided by the worst before they are raised to a power: no stringency overflows.
    for (const e of services)
      if (shares[e] > 0) sum += shares[e] * (lacks[e] / worst) ** (rho - 1) * (lacks[e] / worst);
    return worst * sum ** (1 / rho);
  }

  /** A_e, so that D_v is the sum of A_e d_e (Euler's theorem); a_e where the client lacks nothing. */
  function effectiveShares(network, index, shares, lacks, rho) {
    if (rho === 1) return shares;
    const effective = new Float64Array(lacks.length);
    for (let v = 0; v < network.count; v += 1) {
      const services = servicesOf(index.received, v);
      let worst = 0;
      for (const e of services) if (shares[e] > 0 && lacks[e] > worst) worst = lacks[e];
      let total = 0;
      for (const e of services) {
        const relative = worst > 0 && shares[e] > 0 ? lacks[e] / worst : 0;
        const power = rho === Infinity ? Number(relative === 1) : relative ** (rho - 1);
        effective[e] = shares[e] * power;
        total += rho === Infinity ? effective[e] : effective[e] * relative;
      }
      const scale = rho === Infinity ? total : total ** ((rho - 1) / rho);
      for (const e of services) effective[e] = worst > 0 ? (scale > 0 ? effective[e] / scale : 0) : shares[e];
    }
    return effective;
  }

  function servicesOf(rows, department) {
    return rows.service.subarray(rows.start[department], rows.start[department + 1]);
  }

  /**
   * x = right + T x with T[s, c] = coupling of the services from s to c (upstream), or along the services.
   * Gauss-Seidel in the order of the flow: one round but for loops, where every round shrinks the error.
   */
  function solve(network, index, coupling, right, upstream) {
    const x = Float64Array.from(right);
    const rows = upstream ? index.given : index.received;
    const far = upstream ? network.client : network.supplier;
    const order = upstream ? network.order : network.backwards;
    for (let round = 0; round < ROUNDS; round += 1) {
      let change = 0;
      let size = 0;
      for (const v of order) {
        let sum = right[v];
        for (let at = rows.start[v]; at < rows.start[v + 1]; at += 1) {
          const e = rows.service[at];
          sum += coupling[e] * x[far[e]];
        }
        change += Math.abs(sum - x[v]);
        size += Math.abs(sum);
        x[v] = sum;
      }
      if (change <= ACCURACY * size) return x;
    }
    throw new Unsettled("the cascade did not settle");
  }

  /** Reach, contributions and the customers' shortfall of a state that knows own, passThrough and received. */
  function attribute(network, index, state) {
    const services = state.lacks.length;
    const coupling = new Float64Array(services);
    for (let e = 0; e < services; e += 1) coupling[e] = state.effective[e] * state.passThrough[e];
    const reach = solve(network, index, coupling, network.customerWeight, true);
    const contribution = new Float64Array(services);
    const serviceReach = new Float64Array(services);
    for (let e = 0; e < services; e += 1) {
      serviceReach[e] = reach[network.client[e]] * state.effective[e];
      contribution[e] = serviceReach[e] * state.own[e];
    }
    let total = 0;
    network.customerWeight.forEach((weight, v) => {
      total += weight * state.received[v];
    });
    return { ...state, coupling, reach, serviceReach, contribution, customerShortfall: total };
  }

  /** The observed cascade: shortfalls from the scores, split into own and inherited at each transmission. */
  function today(network, index) {
    const rho = network.stringency;
    const shares = importanceShares(network);
    const lacks = Float64Array.from(network.fulfilment, (level, e) =>
      shortfallOf(network, network.expectation[e], level),
    );
    const received = new Float64Array(network.count);
    for (let v = 0; v < network.count; v += 1)
      received[v] = aggregate(servicesOf(index.received, v), shares, lacks, rho);
    const effective = effectiveShares(network, index, shares, lacks, rho);
    const own = new Float64Array(lacks.length);
    const passThrough = new Float64Array(lacks.length);
    const potential = new Float64Array(lacks.length);
    for (let e = 0; e < lacks.length; e += 1) {
      const supplier = network.supplier[e];
      potential[e] = network.transmission[supplier] * received[supplier];
      const inherited = Math.min(lacks[e], potential[e]);
      own[e] = lacks[e] - inherited;
      const quotient = received[supplier] > 0 ? inherited / received[supplier] : 0;
      const wide = network.wide ? network.wide[e] : received[supplier] > 0 && lacks[e] >= potential[e];
      passThrough[e] = wide ? network.transmission[supplier] : Math.min(quotient, network.transmission[supplier]);
    }
    return attribute(network, index, { shares, lacks, received, effective, own, passThrough, potential });
  }

  /**
   * Steps 1 to 3 of cxgraph.decide.what_if: what is touched is split again at today's D, the rest keeps its own
   * shortfall and its pass-through. `change` is {fulfilment: Map(service -> score), transmission: Map(department ->
   * tau), stringency: number or null}.
   */
  function startChange(network, base, change) {
    const atOnce = Float64Array.from(base.lacks);
    const passThrough = Float64Array.from(base.passThrough);
    const limit = (e, through, lacked) => {
      const supplier = network.supplier[e];
      const before = network.transmission[supplier];
      const tau = change.transmission.has(supplier) ? change.transmission.get(supplier) : before;
      if (tau < before) return Math.min(through, tau);
      return tau > before && through === before && lacked > 0 ? tau : through;
    };
    for (let e = 0; e < atOnce.length; e += 1) {
      const lacked = base.received[network.supplier[e]];
      const touched = change.fulfilment.has(e) && change.fulfilment.get(e) !== network.fulfilment[e];
      const lacks = touched
        ? shortfallOf(network, network.expectation[e], change.fulfilment.get(e))
        : base.lacks[e];
      const before = base.lacks[e] - base.own[e];
      const less = touched && lacks < before;
      const inherited = less ? lacks : before;
      const through = less
        ? Math.min(lacked > 0 ? inherited / lacked : 0, base.passThrough[e])
        : base.passThrough[e];
      passThrough[e] = limit(e, through, lacked);
      atOnce[e] = passThrough[e] === through ? lacks : lacks - inherited + passThrough[e] * lacked;
    }
    return { atOnce, passThrough };
  }

  /** Steps 4 to 6: follow a change until everybody has felt it, then attribute what the customers lack anew. */
  function whatIf(network, index, base, change) {
    const rho = change.stringency === null ? network.stringency : change.stringency;
    const { atOnce, passThrough } = startChange(network, base, change);
    const { shares } = base;
    const received = Float64Array.from(base.received);
    const lacks = new Float64Array(atOnce.length);
    // No service can fall shorter than the lowest score on the scale does.
    const ceiling = Float64Array.from(lacks, (_, e) => shortfallOf(network, network.expectation[e], network.scale[0]));
    const feel = (e) => {
      const moved = received[network.supplier[e]] - base.received[network.supplier[e]];
      lacks[e] = Math.min(Math.max(atOnce[e] + passThrough[e] * moved, 0), ceiling[e]);
    };
    const contraction = passThrough.reduce((most, p) => Math.max(most, p), 0);
    const goal = Math.max(SETTLED * (1 - contraction), 2e-15);
    let moved = Infinity;
    for (let round = 0; moved > goal; round += 1) {
      if (round === ROUNDS) throw new Unsettled("the change did not settle");
      moved = 0;
      for (const v of network.backwards) {
        const services = servicesOf(index.received, v);
        services.forEach(feel);
        const next = aggregate(services, shares, lacks, rho);
        moved = Math.max(moved, Math.abs(next - received[v]));
        received[v] = next;
      }
    }
    for (let e = 0; e < lacks.length; e += 1) feel(e);
    const own = new Float64Array(lacks.length);
    const potential = new Float64Array(lacks.length);
    for (let e = 0; e < lacks.length; e += 1) {
      const supplier = network.supplier[e];
      const tau = change.transmission.has(supplier)
        ? change.transmission.get(supplier)
        : network.transmission[supplier];
      const came = passThrough[e] * received[supplier];
      const inherited = Math.min(came, lacks[e]);
      own[e] = lacks[e] - inherited;
      potential[e] = Math.max(tau * received[supplier], inherited);
      if (inherited < came) passThrough[e] = inherited / received[supplier];
    }
    const effective = effectiveShares(network, index, shares, lacks, rho);
    return attribute(network, index, { shares, lacks, received, effective, own, passThrough, potential });
  }

  return {
    indexServices,
    shortfallOf,
    surplusOf,
    importanceShares,
    aggregate,
    effectiveShares,
    servicesOf,
    solve,
    attribute,
    today,
    whatIf,
    Unsettled,
  };
})();
