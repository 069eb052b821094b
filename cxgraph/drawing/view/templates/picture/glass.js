/* The glass: a coupe whose rim is at height 0, with the liquid's level, the hatching above it and the dark layer below. */
"use strict";
const Glass = (() => {
  const HALF = 33;
  const DEPTH = 31;
  const STEM = 13;
  const FOOT = DEPTH + STEM;
  const STEPS = 14;

  const halfWidth = (depth) => HALF * (1 - depth ** 2.3) ** 0.58;

  /** Outline between two depths (fractions of the bowl), as points. */
  function outline(from, to) {
    const side = Array.from({ length: STEPS + 1 }, (_, step) => {
      const depth = from + (to - from) * Math.sin((Math.PI / 2) * (step / STEPS));
      return [halfWidth(Math.min(depth, 1)), depth * DEPTH];
    });
    return [...side.map(([half, y]) => [-half, y]), ...side.reverse().map(([half, y]) => [half, y])];
  }

  const closed = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;

  /** Where a falling diagonal x + y = offset enters and leaves a convex outline. */
  function crossing(points, offset) {
    const hits = [];
    points.forEach(([x1, y1], at) => {
      const [x2, y2] = points[(at + 1) % points.length];
      const before = x1 + y1 - offset;
      const after = x2 + y2 - offset;
      if (before < 0 !== after < 0) {
        const part = before / (before - after);
        hits.push([x1 + part * (x2 - x1), y1 + part * (y2 - y1)]);
      }
    });
    return hits.length === 2 ? hits : null;
  }

  const bowl = new Pen.Shape(closed(outline(0, 1)));
  const ring = new Pen.Shape(closed(outline(0, 1).map(([x, y]) => [x * 1.16, y * 1.24 - 3])));
  const stem = new Pen.Shape(`M0 ${DEPTH}V${FOOT}M-15 ${FOOT}H15`);
  const levels = new Map();

  /** Liquid and hatching of a glass filled to a whole number of hundredths. */
  function level(hundredths) {
    if (!levels.has(hundredths)) {
      const surface = 1 - hundredths / 100;
      const lines = [];
      if (hundredths < 100) {
        const empty = outline(0, surface);
        for (let offset = -HALF; offset <= HALF + DEPTH; offset += 5) {
          const hit = crossing(empty, offset);
          if (hit) lines.push(`M${hit.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`);
        }
      }
      levels.set(hundredths, {
        liquid: hundredths > 0 ? new Pen.Shape(closed(outline(surface, 1))) : null,
        hatch: lines.length ? new Pen.Shape(lines.join("")) : null,
      });
    }
    return levels.get(hundredths);
  }

  return { HALF, DEPTH, FOOT, bowl, ring, stem, level };
})();
