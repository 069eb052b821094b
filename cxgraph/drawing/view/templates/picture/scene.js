/*
 * What is in a picture and how everything looks at the moment; no canvas, no page.
 *
 * Paths and widths are made once; colour and fading are worked out whenever something changes, never while drawing.
 */
"use strict";
const Scene = (() => {
  const BACK_DASH = [5, 4];
  const CLOSED_DASH = [1.5, 4];
  const WIDEST = 13;
  const THINNEST = 1.6;

  /**
   * Nodes by id and streams with their paths, from one picture of the page's data. A node stands for one department or
   * for `members`; a stream for its `services`, the heaviest first. `weigh(e)` is what a service costs the customers,
   * after which streams are as wide as they stay: widths that moved with a slider would make every line jump.
   */
  function build(picture, network, weigh) {
    const nodes = new Map(picture.nodes.map((node) => [node.id, { ...node, members: node.members || [node.id] }]));
    const glassOf = new Map();
    nodes.forEach(({ members }, id) => members.forEach((member) => glassOf.set(member, id)));
    const between = new Map();
    for (let e = 0; e < network.supplier.length; e += 1) {
      const key = `${glassOf.get(network.supplier[e])} ${glassOf.get(network.client[e])}`;
      if (between.has(key)) between.get(key).push(e);
      else between.set(key, [e]);
    }
    const streams = picture.edges.map((edge, order) => ({
      id: edge.id,
      order,
      services: edge.service === undefined ? between.get(`${edge.from} ${edge.to}`) || [] : [edge.service],
      from: edge.from,
      to: edge.to,
      lane: edge.lane || 0,
      back: Boolean(edge.back),
      route: edge.route || [],
    }));
    streams.forEach((stream) => {
      stream.services.sort((a, b) => weigh(b) - weigh(a) || a - b);
      [stream.service] = stream.services;
      stream.cost = stream.services.reduce((sum, e) => sum + weigh(e), 0);
    });
    const most = streams.reduce((top, stream) => Math.max(top, stream.cost), 0);
    streams.forEach((stream) => {
      stream.width = THINNEST + (most > 0 ? ((WIDEST - THINNEST) * stream.cost) / most : 0);
    });
    const byService = new Map();
    streams.forEach((stream) => stream.services.forEach((e) => byService.set(e, stream)));
    nodes.forEach((node) => {
      node.home = node.x;
    });
    const scene = { nodes, streams, glassOf, byService, tiers: picture.tiers };
    route(scene);
    return scene;
  }

  /** The line of every stream, from where the glasses stand now. */
  function route({ nodes, streams }) {
    Ways.placePorts(nodes, streams);
    streams.forEach((stream) => {
      const segments = stream.back ? Ways.backSegments(stream, nodes) : Ways.fallingSegments(stream, nodes);
      stream.shape = new Pen.Shape(Ways.pathOf(segments));
      stream.head = stream.back ? new Pen.Shape(Ways.headOf(segments[segments.length - 1])) : null;
      stream.points = Ways.pointsOf(segments);
      stream.box = Ways.boxOf(stream.points);
    });
  }

  /** What some glasses and streams take up, names included. */
  function boxAround(nodes, streams) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    nodes.forEach((node) => {
      box[0] = Math.min(box[0], node.x - 74);
      box[1] = Math.min(box[1], node.y - 26);
      box[2] = Math.max(box[2], node.x + 74);
      box[3] = Math.max(box[3], node.y + Glass.FOOT + 54);
    });
    streams.forEach((stream) => {
      box[0] = Math.min(box[0], stream.box[0] - 8);
      box[2] = Math.max(box[2], stream.box[2] + 8);
    });
    return Number.isFinite(box[0]) ? box : [-100, -100, 100, 100];
  }

  /** Everything that is drawn, with room for the tiers' names at the left. */
  function bounds(scene) {
    const [left, top, right, bottom] = boxAround(
      scene.nodes,
      scene.streams.filter((stream) => !stream.back),
    );
    scene.room = Math.max(122, 0.11 * (right - left));
    return [left - scene.room, top, right, bottom];
  }

  const FADED = 1;
  const CALM = 2;
  const STRONG = 3;
  const ALPHA = [0, 0.07, 0.24, 1];

  /** How every stream that is to be seen looks now, in the order of drawing: the faded and light ones first. */
  function styles(scene, look) {
    const styled = [];
    scene.streams.forEach((stream) => {
      const strength = look.strength(stream);
      if (!strength) return;
      const { bin, closed } = look.of(stream);
      styled.push({
        shape: stream.shape,
        head: stream.head,
        box: stream.box,
        strength,
        closed,
        bin,
        alpha: ALPHA[strength],
        width: closed || stream.back ? Math.min(Math.max(stream.width, 1.6), 4) : stream.width,
        dash: closed ? CLOSED_DASH : stream.back ? BACK_DASH : null,
        // Notches in place of dashes: the worst flow stays the strongest, and colour is never alone.
        notch: bin === 0 && !closed && !stream.back && strength > FADED ? [1.6, 11] : null,
      });
    });
    return styled.sort((one, other) => one.strength - other.strength || one.width - other.width);
  }

  /** The stream under a point, or null. */
  function streamAt(scene, x, y, reachOf, shown) {
    let best = null;
    let least = reachOf * reachOf;
    for (const stream of scene.streams) {
      const [left, top, right, bottom] = stream.box;
      if (
        x < left - reachOf ||
        x > right + reachOf ||
        y < top - reachOf ||
        y > bottom + reachOf ||
        !shown(stream)
      )
        continue;
      const { points } = stream;
      for (let at = 2; at < points.length; at += 2) {
        const [ax, ay] = [points[at - 2], points[at - 1]];
        const [bx, by] = [points[at] - ax, points[at + 1] - ay];
        const length = bx * bx + by * by;
        const along = length ? Math.min(Math.max(((x - ax) * bx + (y - ay) * by) / length, 0), 1) : 0;
        const off = (x - ax - along * bx) ** 2 + (y - ay - along * by) ** 2;
        if (off < least) {
          least = off;
          best = stream;
        }
      }
    }
    return best;
  }

  /** Spots for numbered badges on streams: clear of glasses, names and each other. */
  function badgeSpots(scene, streams, size = 1) {
    const taken = [];
    const nodes = [...scene.nodes.values()];
    const free = (x, y) =>
      !taken.some(([ox, oy]) => Math.hypot(x - ox, y - oy) < 24 * size) &&
      !nodes.some(
        (node) =>
          y > node.y - 16 &&
          y < node.y + Glass.FOOT + 60 &&
          Math.abs(x - node.x) < (y < node.y + Glass.FOOT - 10 ? Glass.HALF + 16 : 76),
      );
    return streams.map((stream) => {
      const count = stream.points.length / 2;
      const order = Array.from({ length: count }, (_, at) => at).sort(
        (a, b) => Math.abs(a / count - 0.6) - Math.abs(b / count - 0.6),
      );
      const spot = order
        .map((at) => [stream.points[2 * at], stream.points[2 * at + 1]])
        .find(([x, y]) => free(x, y)) || [stream.points[2 * order[0]], stream.points[2 * order[0] + 1]];
      taken.push(spot);
      return spot;
    });
  }

  return { build, route, bounds, boxAround, styles, streamAt, badgeSpots, FADED, CALM, STRONG };
})();
