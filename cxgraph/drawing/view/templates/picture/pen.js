/*
 * Two pens that draw the same picture: one on a canvas, one into SVG text; and the shapes they share.
 *
 * A shape is an SVG path string with its canvas twin beside it, made once: building paths inside the draw loop is what
 * makes large pictures slow.
 */
"use strict";
const Pen = (() => {
  const FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif';

  class Shape {
    constructor(d) {
      this.d = d;
    }

    get path() {
      if (!this.made) this.made = new Path2D(this.d);
      return this.made;
    }
  }

  class CanvasPen {
    constructor(context) {
      this.context = context;
    }

    fill(shape, color, alpha = 1, x = 0, y = 0) {
      const { context } = this;
      context.globalAlpha = alpha;
      context.fillStyle = color;
      context.translate(x, y);
      context.fill(shape.path);
      context.translate(-x, -y);
    }

    stroke(shape, { color, width, dash, cap, alpha = 1, x = 0, y = 0 }) {
      const { context } = this;
      context.globalAlpha = alpha;
      context.strokeStyle = color;
      context.lineWidth = width;
      context.lineCap = cap || "butt";
      context.lineJoin = "round";
      if (dash) context.setLineDash(dash);
      context.translate(x, y);
      context.stroke(shape.path);
      context.translate(-x, -y);
      if (dash) context.setLineDash([]);
    }

    text(words, x, y, { size, weight = 400, color, halo, ring = size / 3.2, align = "center", alpha = 1 }) {
      const { context } = this;
      context.globalAlpha = alpha;
      context.font = `${weight} ${size}px ${FONT}`;
      context.textAlign = align;
      context.textBaseline = "middle";
      if (halo) {
        context.lineJoin = "round";
        context.lineWidth = ring;
        context.strokeStyle = halo;
        context.strokeText(words, x, y);
      }
      context.fillStyle = color;
      context.fillText(words, x, y);
    }
  }

  /** Text that XML can hold: no control signs, no lone surrogates, no markup. */
  function xml(words) {
    const clean = String(words)
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
    return clean.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
  }

  const round = (value) => String(Math.round(value * 100) / 100);

  class SvgPen {
    constructor() {
      this.parts = [];
    }

    place(x, y) {
      return x || y ? ` transform="translate(${round(x)} ${round(y)})"` : "";
    }

    fill(shape, color, alpha = 1, x = 0, y = 0) {
      this.parts.push(
        `<path d="${shape.d}" fill="${color}"${alpha < 1 ? ` opacity="${round(alpha)}"` : ""}${this.place(x, y)}/>`,
      );
    }

    stroke(shape, { color, width, dash, cap, alpha = 1, x = 0, y = 0 }) {
      const more =
        (dash ? ` stroke-dasharray="${dash.join(" ")}"` : "") +
        (cap ? ` stroke-linecap="${cap}"` : "") +
        (alpha < 1 ? ` opacity="${round(alpha)}"` : "");
      this.parts.push(
        `<path d="${shape.d}" fill="none" stroke="${color}" stroke-width="${round(width)}" ` +
          `stroke-linejoin="round"${more}${this.place(x, y)}/>`,
      );
    }

    text(words, x, y, { size, weight = 400, color, halo, ring = size / 3.2, align = "center", alpha = 1 }) {
      const anchor = { center: "middle", left: "start", right: "end" }[align];
      const ringed = halo
        ? ` stroke="${halo}" stroke-width="${round(ring)}" stroke-linejoin="round" paint-order="stroke"`
        : "";
      this.parts.push(
        `<text x="${round(x)}" y="${round(y + size * 0.36)}" font-size="${size}" font-weight="${weight}" ` +
          `text-anchor="${anchor}" fill="${color}"${ringed}${alpha < 1 ? ` opacity="${round(alpha)}"` : ""}>${xml(words)}</text>`,
      );
    }

    /** The whole file. */
    document({ left, top, width, height, background, title }) {
      return (
        `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" role="img" ` +
        `viewBox="${round(left)} ${round(top)} ${round(width)} ${round(height)}" width="${Math.ceil(width)}" ` +
        `height="${Math.ceil(height)}" font-family='${FONT}'>\n<title>${xml(title)}</title>\n` +
        `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" fill="${background}"/>\n` +
        `${this.parts.join("\n")}\n</svg>\n`
      );
    }
  }

  return { Shape, CanvasPen, SvgPen, FONT };
})();
