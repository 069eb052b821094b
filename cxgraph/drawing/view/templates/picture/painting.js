/* Draws shelves, streams, glasses and badges with a pen, on the screen, beside it, or into a file. */
"use strict";
class Painting {
  penOn(context) {
    if (!this.pen || this.pen.context !== context) this.pen = new Pen.CanvasPen(context);
    return this.pen;
  }

  get colors() {
    return this.palettes[this.dark ? "dark" : "light"];
  }

  paintBehind(pen, zoom, seen = null) {
    const { colors } = this;
    const [left] = this.bounds;
    this.scene.tiers.forEach((tier, row) => {
      pen.stroke(this.shelves[row], { color: colors.shelf, width: 5, cap: "round" });
      if (!tier.name) return; // a further row of the same tier
      const size = Math.max(14, Math.min(11 / zoom, this.scene.room / 9));
      pen.text(String(tier.number), left + 8, tier.y + 16, {
        size: size * 1.7,
        weight: 700,
        color: colors.tier,
        align: "left",
      });
      const inset = 8 + size * 1.7 * (tier.number > 9 ? 1.35 : 0.8);
      tier.name.forEach((line, at) =>
        pen.text(line, left + inset, tier.y + 16 + (at - (tier.name.length - 1) / 2) * size * 1.15, {
          size,
          color: colors.soft,
          align: "left",
        }),
      );
    });
    const far = zoom < FAR;
    this.styles.forEach(({ shape, head, box, bin, closed, strength, alpha, width, dash, notch }) => {
      const color = closed ? colors.soft : colors.bins[bin];
      if (seen && (box[0] > seen[2] || box[2] < seen[0] || box[1] > seen[3] || box[3] < seen[1])) return;
      const wide = far ? Math.max(width, 0.8 / zoom) : width;
      if (strength === Scene.STRONG && !far) pen.stroke(shape, { color: colors.page, width: wide + 3 });
      pen.stroke(shape, { color, width: wide, dash: far ? null : dash, alpha });
      if (notch && !far) pen.stroke(shape, { color: colors.page, width: wide, dash: notch, alpha: 0.8 * alpha });
      if (head) pen.stroke(head, { color, width: wide, alpha });
    });
  }

  /** From far away all glasses are drawn at once: bowls and liquid, no hatching, names or numbers. */
  paintFar(context) {
    if (!this.far) this.far = [false, true].map((faded) => this.gather(faded));
    const { colors } = this;
    this.far.forEach(({ bowls, liquids, layers }, faded) => {
      context.globalAlpha = 1;
      context.fillStyle = colors.glass;
      context.fill(bowls);
      context.globalAlpha = faded ? 0.22 : 1;
      context.fillStyle = colors.gold;
      context.fill(liquids);
      context.fillStyle = colors.bins[0];
      context.fill(layers);
      context.strokeStyle = colors.ink;
      context.lineWidth = 1.6;
      context.stroke(bowls);
    });
  }

  gather(faded) {
    const [bowls, liquids, layers] = [new Path2D(), new Path2D(), new Path2D()];
    this.scene.nodes.forEach(({ x, y }, id) => {
      const glass = this.glasses.get(id);
      if (glass.faded !== faded) return;
      const { liquid } = Glass.level(fillOf(glass));
      bowls.addPath(Glass.bowl.path, { e: x, f: y });
      if (liquid) liquids.addPath(liquid.path, { e: x, f: y });
      if (glass.layer) layers.addPath(Glass.level(glass.layer).liquid.path, { e: x, f: y });
    });
    return { bowls, liquids, layers };
  }

  drawGlass(pen, id, x, y, zoom) {
    const glass = this.glasses && this.glasses.get(id);
    if (!glass) return;
    const { colors } = this;
    const alpha = glass.faded ? 0.22 : 1;
    if (zoom < FAR && !glass.selected && !glass.cursor) return;
    const { liquid, hatch } = Glass.level(fillOf(glass));
    const cause = glass.told.some(([, own]) => own);
    const ink = cause ? colors.bins[0] : colors.ink;
    if (glass.selected || glass.cursor) {
      pen.stroke(Glass.ring, {
        color: colors.focus,
        width: glass.selected ? 5 : 2.5,
        dash: glass.cursor && !glass.selected ? [5, 3] : null,
        x,
        y,
      });
    }
    if (this.scene.nodes.get(id).members.length > 1)
      [-7, -3.5].forEach((lift) => {
        pen.fill(Glass.bowl, colors.glass, alpha, x + lift, y + lift);
        pen.stroke(Glass.bowl, { color: colors.soft, width: 1, alpha, x: x + lift, y: y + lift });
      });
    pen.fill(Glass.bowl, colors.glass, 1, x, y);
    if (hatch && zoom >= FAR) pen.stroke(hatch, { color: colors.hatch, width: 1, alpha, x, y });
    if (liquid) pen.fill(liquid, colors.gold, alpha, x, y);
    if (glass.layer) pen.fill(Glass.level(glass.layer).liquid, colors.bins[0], alpha, x, y);
    pen.stroke(Glass.bowl, { color: ink, width: cause ? 3.2 : 1.6, alpha, x, y });
    pen.stroke(Glass.stem, { color: ink, width: 2, alpha, x, y });
    if (zoom >= FAR) {
      const shown = glass.closed ? "?" : glass.hundredths === null ? "–" : String(glass.hundredths);
      pen.text(shown, x, y + 15, {
        size: 17,
        weight: 700,
        color: colors.number,
        halo: colors.numberHalo,
        alpha,
      });
      if (glass.noted) pen.text("✎", x - Glass.HALF - 9, y + 4, { size: 17, color: colors.focus, halo: colors.page });
    }
    if (zoom > NAMED) {
      // From below, so that no line's halo lies on the letters of the one above it.
      const lines = [...glass.lines.map((line) => [line, null]), ...glass.told].reverse();
      lines.forEach(([line, own], at) =>
        pen.text(line, x, y + Glass.FOOT + 11 + (lines.length - 1 - at) * 14.5, {
          size: 13.5,
          weight: own ? 700 : 400,
          color: own ? colors.cause : own === null ? colors.ink : colors.soft,
          halo: glass.faded ? null : colors.page,
          ring: own ? 5 : undefined, // a wide stream stops before the share that it passes behind
          alpha: glass.faded ? 0.4 : 1,
        }),
      );
    }
    if (glass.change && zoom >= FAR) {
      pen.text(glass.change, x + Glass.HALF + 3, y + 2, {
        size: 13,
        weight: 700,
        align: "left",
        alpha: glass.faded ? 0.55 : 1,
        halo: colors.page,
        color: colors.ink,
      });
    }
  }

  paintBadges(pen, zoom) {
    const { colors } = this;
    const size = badgeSize(zoom);
    this.badges.forEach(({ number, x, y }) => {
      pen.fill(disc(11 * size), colors.page, 1, x, y);
      pen.fill(disc(9.5 * size), colors.bins[0], 1, x, y);
      pen.text(String(number), x, y + 0.5, { size: 12.5 * size, weight: 700, color: colors.badge });
    });
  }

  /** The lines above the picture: the finding, or what is being tried and every change; return their height. */
  paintTitle(pen, lines) {
    const [left, top] = this.bounds;
    lines.forEach((line, at) =>
      pen.text(line, left + 8, top - 22 - 24 * (lines.length - 1 - at), {
        size: at ? 15 : 18,
        weight: at ? 400 : 700,
        color: this.colors.ink,
        align: "left",
      }),
    );
    return 26 + 24 * lines.length;
  }

  /** The whole picture as SVG text, whatever part of it the camera shows. */
  svg(lines) {
    const pen = new Pen.SvgPen();
    const [left, top, right, bottom] = this.bounds;
    this.paintBehind(pen, 1);
    this.scene.nodes.forEach((node, id) => this.drawGlass(pen, id, node.x, node.y, 1));
    this.paintBadges(pen, 1);
    const head = this.paintTitle(pen, lines);
    return pen.document({
      left,
      top: top - head,
      width: right - left + 16,
      height: bottom - top + head + 8,
      background: this.colors.page,
      title: lines.join(" "),
    });
  }

  /** The whole picture as a PNG blob at twice its size, or less where a canvas cannot be that large. */
  png(lines) {
    const [left, top, right, bottom] = this.bounds;
    const head = 26 + 24 * lines.length;
    const [width, height] = [right - left + 16, bottom - top + head + 8];
    const scale = Math.min(2, 8000 / width, 8000 / height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d");
    const pen = new Pen.CanvasPen(context);
    context.fillStyle = this.colors.page;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(scale, scale);
    context.translate(-left, head - top);
    this.paintBehind(pen, 1);
    this.scene.nodes.forEach((node, id) => this.drawGlass(pen, id, node.x, node.y, 1));
    this.paintBadges(pen, 1);
    this.paintTitle(pen, lines);
    return new Promise((done) => {
      canvas.toBlob(done, "image/png");
    });
  }
}

/** How full a glass is drawn: one that receives nothing is full, and says so with a dash. */
const fillOf = (glass) => (glass.hundredths === null ? 100 : glass.hundredths);
/** From this zoom on names are written. */
const NAMED = 0.36;
/** Below this zoom hatching, numbers and expectations cannot be told apart and are not drawn. */
const FAR = 0.3;
/** Badges grow in the page's units as the camera moves away, so that their numbers stay readable. */
const badgeSize = (zoom) => Math.min(Math.max(0.85 / zoom, 1), 8);
const discs = new Map();
function disc(radius) {
  const r = Math.round(radius * 2) / 2;
  if (!discs.has(r)) discs.set(r, new Pen.Shape(`M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`));
  return discs.get(r);
}

