/*
 * Where every stream runs and how everything looks at the moment; no canvas, no page.
 *
 * A stream pours over its supplier's rim and falls between the glasses of the tiers on its way. Paths are made once;
 * colour, width and fading are worked out whenever something changes, never while drawing.
 */
"use strict";
const Scene = (() => {
  const BACK_DASH = [5, 4];
  const CLOSED_DASH = [1.5, 4];
  const DASHES = [[11, 3], null, null, null, null];
  const number = (value) => value.toFixed(1);

  /** Ports on both rims: side by side in the order of the far ends, so that streams of a glass do not cross there. */
  function placePorts(nodes, streams) {
    const down = streams.filter((stream) => !stream.back);
    const leaving = new Map();
    const arriving = new Map();
    const push = (map, key, stream) => {
      if (map.has(key)) map.get(key).push(stream);
      else map.set(key, [stream]);
    };
    down.forEach((stream) => {
      push(leaving, stream.from, stream);
      push(arriving, stream.to, stream);
    });
    leaving.forEach((list, id) => {
      const { x } = nodes.get(id);
      const target = (stream) => (stream.route.length ? stream.route[0] : nodes.get(stream.to).x);
      list.sort(
        (a, b) => target(a) - target(b) || nodes.get(a.to).y - nodes.get(b.to).y || a.service - b.service,
      );
      let left = list.filter((stream) => target(stream) < x - 1).length;
      const straight = list.filter((stream) => Math.abs(target(stream) - x) <= 1).length;
      left += left + straight / 2 < list.length / 2 ? straight : 0;
      const gap = Math.min(6.5, 26 / Math.max(left, list.length - left));
      list.forEach((stream, at) => {
        const side = at < left ? -1 : 1;
        const lane = side < 0 ? left - 1 - at : at - left;
        stream.leave = { side, x: x + side * (Glass.HALF + 5 + lane * gap) };
      });
    });
    arriving.forEach((list, id) => {
      const origin = (stream) =>
        stream.route.length ? stream.route[stream.route.length - 2] : stream.leave.x;
      list.sort((a, b) => origin(a) - origin(b) || a.service - b.service);
      const gap = Math.min(8, 46 / list.length);
      list.forEach((stream, at) => {
        stream.arrive = nodes.get(id).x + (at - (list.length - 1) / 2) * gap;
      });
    });
  }

  /** Cubic segments [x0, y0, x1, y1, x2, y2, x3, y3] of a stream that falls. */
  function fallingSegments(stream, nodes) {
    const from = nodes.get(stream.from);
    const to = nodes.get(stream.to);
    const { side, x } = stream.leave;
    const rim = from.x + side * (Glass.HALF - 7);
    const segments = [[rim, from.y + 3, rim, from.y - 9, x, from.y - 13, x, from.y + 8]];
    let at = [x, from.y + 8];
    const drop = (toX, toY) => {
      const middle = (at[1] + toY) / 2;
      segments.push([...at, at[0], middle, toX, middle, toX, toY]);
      at = [toX, toY];
    };
    for (let point = 0; point < stream.route.length; point += 2) {
      const [wayX, wayY] = [stream.route[point], stream.route[point + 1]];
      drop(wayX, wayY - 6);
      const end = wayY + Glass.FOOT + 12;
      segments.push([wayX, wayY - 6, wayX, wayY, wayX, end, wayX, end]);
      at = [wayX, end];
    }
    drop(stream.arrive, to.y - 1);
    return segments;
  }

  /** One bow from side to side for a service within a tier or against the flow; parallel ones bow more and more. */
  function backSegments(stream, nodes) {
    const from = nodes.get(stream.from);
    const to = nodes.get(stream.to);
    const side = Math.abs(to.x - from.x) < 1 ? 1 : Math.sign(to.x - from.x);
    const same = Math.abs(to.y - from.y) < 1;
    const start = [from.x + side * Glass.HALF, from.y + 10];
    const end = same ? [to.x - side * Glass.HALF, to.y + 10] : [to.x + side * Glass.HALF, to.y + 10];
    const bow = 40 + 16 * stream.lane;
    if (same)
      return [[...start, start[0] + side * 20, start[1] + bow, end[0] - side * 20, end[1] + bow, ...end]];
    return [[...start, start[0] + side * (bow + 20), start[1], end[0] + side * (bow + 20), end[1], ...end]];
  }

  const pathOf = (segments) =>
    `M${number(segments[0][0])} ${number(segments[0][1])}` +
    segments.map((s) => `C${s.slice(2).map(number).join(" ")}`).join("");

  function pointsOf(segments) {
    const points = [];
    segments.forEach(([x0, y0, x1, y1, x2, y2, x3, y3], at) => {
      for (let step = at ? 1 : 0; step <= 6; step += 1) {
        const t = step / 6;
        const u = 1 - t;
        points.push(
          u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3,
          u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3,
        );
      }
    });
    return Float32Array.from(points);
  }

  function boxOf(points) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < points.length; at += 2) {
      box[0] = Math.min(box[0], points[at]);
      box[1] = Math.min(box[1], points[at + 1]);
      box[2] = Math.max(box[2], points[at]);
      box[3] = Math.max(box[3], points[at + 1]);
    }
    return box;
  }

  /** Arrow head at the end of a bow. */
  function headOf(segment) {
    const [x2, y2, x3, y3] = segment.slice(4);
    const angle = Math.atan2(y3 - y2, x3 - x2);
    const wing = (turn) =>
      `${number(x3 - 9 * Math.cos(angle + turn))} ${number(y3 - 9 * Math.sin(angle + turn))}`;
    return `M${wing(0.42)}L${number(x3)} ${number(y3)}L${wing(-0.42)}`;
  }

  /** Nodes by id and streams with their paths, from one picture of the page's data. */
  function build(picture) {
    const nodes = new Map(picture.nodes.map((node) => [node.id, node]));
    const streams = picture.edges.map((edge) => ({
      id: edge.id,
      service: edge.service,
      from: edge.from,
      to: edge.to,
      lane: edge.lane,
      back: Boolean(edge.back),
      route: edge.route || [],
    }));
    placePorts(nodes, streams);
    streams.forEach((stream) => {
      const segments = stream.back ? backSegments(stream, nodes) : fallingSegments(stream, nodes);
      stream.shape = new Pen.Shape(pathOf(segments));
      stream.head = stream.back ? new Pen.Shape(headOf(segments[segments.length - 1])) : null;
      stream.points = pointsOf(segments);
      stream.box = boxOf(stream.points);
    });
    return {
      nodes,
      streams,
      byService: new Map(streams.map((stream) => [stream.service, stream])),
      tiers: picture.tiers,
    };
  }

  /** What some glasses and streams take up, names included. */
  function boxAround(nodes, streams) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    nodes.forEach((node) => {
      box[0] = Math.min(box[0], node.x - 74);
      box[1] = Math.min(box[1], node.y - 26);
      box[2] = Math.max(box[2], node.x + 74);
      box[3] = Math.max(box[3], node.y + Glass.FOOT + 38);
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
  const ALPHA = [0, 0.1, 0.36, 1];

  /** How every stream that is to be seen looks now, in the order of drawing: the faded ones first. */
  function styles(scene, look) {
    const styled = [];
    scene.streams.forEach((stream) => {
      const strength = look.strength(stream);
      if (!strength) return;
      const { level, bin, expected, closed } = look.of(stream.service);
      const width = Math.round(2 * (2.5 + 6.5 * expected)) / 2;
      styled.push({
        shape: stream.shape,
        head: stream.head,
        box: stream.box,
        strength,
        closed,
        bin,
        alpha: ALPHA[strength],
        width: stream.back || closed ? 0 : width + 1.5,
        dash: closed ? CLOSED_DASH : stream.back ? BACK_DASH : DASHES[bin],
        inner: stream.back || closed
          ? 1.6
          : Math.max(strength === STRONG ? 3.5 : 2.5, Math.round(2 * width * Math.min(level, 1)) / 2),
      });
    });
    return styled.sort((one, other) => one.strength - other.strength);
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
          y < node.y + Glass.FOOT + 46 &&
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

  return { build, bounds, boxAround, styles, streamAt, badgeSpots, FADED, CALM, STRONG };
})();
