/* The line of every stream: over its supplier's rim, between the glasses of the tiers on its way, into a glass. */
"use strict";
const Ways = (() => {
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
        (a, b) => target(a) - target(b) || nodes.get(a.to).y - nodes.get(b.to).y || a.order - b.order,
      );
      let left = list.filter((stream) => target(stream) < x - 1).length;
      const straight = list.filter((stream) => Math.abs(target(stream) - x) <= 1).length;
      left += left + straight / 2 < list.length / 2 ? straight : 0;
      // Side by side, each with the room that its width takes: a wide one must not hide its neighbour.
      [list.slice(0, left).reverse(), list.slice(left)].forEach((line, right) => {
        const side = right ? 1 : -1;
        const squeeze = Math.min(1, 44 / line.reduce((sum, stream) => sum + stream.width + 3, 0));
        let away = Glass.HALF + 3;
        line.forEach((stream) => {
          stream.leave = { side, x: x + side * (away + (squeeze * stream.width) / 2) };
          away += squeeze * (stream.width + 3);
        });
      });
    });
    arriving.forEach((list, id) => {
      const origin = (stream) =>
        stream.route.length ? stream.route[stream.route.length - 2] : stream.leave.x;
      list.sort((a, b) => origin(a) - origin(b) || a.order - b.order);
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

  return { placePorts, fallingSegments, backSegments, pathOf, pointsOf, boxOf, headOf };
})();
