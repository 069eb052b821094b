/*
 * The picture: vis-network holds the camera and the glasses, this file draws them, the streams and the shelves.
 *
 * `look` is what the page wants to be seen at the moment; see refresh().
 */
"use strict";
class Picture {
  constructor(holder, picture, palettes, settled) {
    this.holder = holder;
    this.palettes = palettes;
    this.settled = settled;
    this.dark = false;
    this.use(picture);
  }

  /** Show another picture of the same organisation (the main departments, or all). */
  use(picture) {
    if (this.network) this.network.destroy();
    this.scene = Scene.build(picture);
    this.bounds = Scene.bounds(this.scene);
    const around = Scene.boxAround(this.scene.nodes, this.scene.streams);
    // Bows of loops hang out of the rows a little.
    this.plateBox = this.bounds.map((edge, at) =>
      at < 2 ? Math.min(edge, around[at]) - 150 : Math.max(edge, around[at]) + 150,
    );
    this.plate = null;
    const [left, , right] = this.bounds;
    this.shelves = this.scene.tiers.map(({ y }) => new Pen.Shape(`M${left + 8} ${y + Glass.FOOT}H${right}`));
    this.styles = [];
    this.far = null;
    this.badges = [];
    this.look = null;
    const renderer = ({ ctx, id, x, y }) => ({
      drawNode: () => this.drawGlass(this.penOn(ctx), id, x, y, this.zoom),
      nodeDimensions: { width: 2 * Glass.HALF + 60, height: 2 * Glass.FOOT + 80 },
    });
    // vis places a node by its middle; ours hang from their rim. Everything else about them is drawn by this file.
    const nodes = picture.nodes.map(({ id, x, y }) => ({ id, x, y, shape: "custom", ctxRenderer: renderer }));
    this.network = new vis.Network(
      this.holder,
      { nodes, edges: [] },
      {
        autoResize: true,
        physics: false,
        layout: { improvedLayout: false, randomSeed: 1 },
        nodes: { fixed: true, chosen: false, size: Glass.FOOT },
        interaction: {
          dragNodes: false,
          hover: true,
          keyboard: false,
          selectConnectedEdges: false,
          selectable: true,
          multiselect: false,
          tooltipDelay: 3600000,
          zoomSpeed: 0.6,
        },
      },
    );
    const frame = this.holder.querySelector(".vis-network");
    frame.tabIndex = -1;
    frame.querySelector("canvas").setAttribute("aria-hidden", "true");
    this.network.on("beforeDrawing", (context) => this.drawBehind(context));
    this.network.on("afterDrawing", (context) => this.drawBefore(context));
    // vis moves the camera itself when its frame changes; only then is it our turn.
    this.network.on("resize", () =>
      queueMicrotask(() => {
        if (!this.moved) this.fit();
      }),
    );
    ["zoom", "dragStart"].forEach((event) =>
      this.network.on(event, () => {
        this.moved = true;
      }),
    );
  }

  penOn(context) {
    if (!this.pen || this.pen.context !== context) this.pen = new Pen.CanvasPen(context);
    return this.pen;
  }

  get colors() {
    return this.palettes[this.dark ? "dark" : "light"];
  }

  /**
   * Take over what is to be seen: {of(service) -> {level, expected}, strength(stream), glass(id) -> {hundredths, change,
   * lines, faded, selected, cursor}, badges: [service]}.
   */
  refresh(look) {
    this.look = look;
    this.styles = Scene.styles(this.scene, look);
    this.far = null;
    this.glasses = new Map([...this.scene.nodes.keys()].map((id) => [id, look.glass(id)]));
    const numbered = look.badges
      .map((service) => this.scene.byService.get(service))
      .map((stream, at) => [stream, at])
      .filter(([stream]) => stream && look.strength(stream) > Scene.FADED);
    const spots = Scene.badgeSpots(
      this.scene,
      numbered.map(([stream]) => stream),
      badgeSize(this.network.getScale()),
    );
    this.badges = numbered.map(([, at], place) => ({
      number: at + 1,
      x: spots[place][0],
      y: spots[place][1],
    }));
    this.network.redraw();
  }

  /** vis's own fit() knows nothing of names, shelves and streams. */
  fit() {
    this.fitTo(this.bounds, 1.6);
    this.moved = false;
  }

  fitTo([left, top, right, bottom], most) {
    const { clientWidth, clientHeight } = this.holder;
    if (!clientWidth || !clientHeight) return;
    const scale = Math.min(clientWidth / (right - left), clientHeight / (bottom - top), most);
    this.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale });
  }

  /**
   * Bring one glass into sight without changing more than needed. Where the picture is too large for names to be read,
   * go near enough to read, to the whole of what is kept when that can be read as well.
   */
  reveal(id, kept) {
    const node = this.scene.nodes.get(id);
    const { x: px, y: py } = this.network.canvasToDOM(node);
    const { clientWidth, clientHeight } = this.holder;
    const inside = px > 60 && py > 30 && px < clientWidth - 60 && py < clientHeight - 80;
    if (inside && this.network.getScale() >= READABLE) return;
    this.moved = true;
    const streams = this.scene.streams.filter((stream) => kept.has(stream.service));
    const ends = new Set(streams.flatMap((stream) => [stream.from, stream.to]).concat(id));
    this.fitTo(
      Scene.boxAround(
        [...ends].map((end) => this.scene.nodes.get(end)),
        streams,
      ),
      1,
    );
    if (this.network.getScale() < FAR)
      this.network.moveTo({ position: { x: node.x, y: node.y + 20 }, scale: READABLE });
  }

  zoomBy(factor) {
    this.network.moveTo({ scale: Math.min(Math.max(this.network.getScale() * factor, 0.03), 4) });
    this.moved = true;
  }

  glassAt(pixel) {
    const { x, y } = this.network.DOMtoCanvas(pixel);
    for (const [id, node] of this.scene.nodes) {
      if (Math.abs(x - node.x) <= Glass.HALF + 4 && y >= node.y - 8 && y <= node.y + Glass.FOOT + 30)
        return id;
    }
    return null;
  }

  streamAt(pixel) {
    const { x, y } = this.network.DOMtoCanvas(pixel);
    const near = 6 / Math.min(this.network.getScale(), 1);
    return Scene.streamAt(this.scene, x, y, near, (stream) => this.look.strength(stream) > Scene.FADED);
  }

  drawBehind(context) {
    if (!this.look) return;
    this.zoom = this.network.getScale();
    if (this.zoom < FAR && this.showPlate(context)) return;
    this.paintBehind(this.penOn(context), this.zoom, this.seen);
    if (this.zoom < FAR) this.paintFar(context);
  }

  /**
   * From far away the whole picture is drawn once, beside the screen, and only moved while the camera moves. False
   * where it would be too large for that.
   */
  showPlate(context) {
    const ratio = (context.canvas.width / this.holder.clientWidth) * this.zoom;
    const [left, top, right, bottom] = this.plateBox;
    const [width, height] = [Math.ceil((right - left) * ratio), Math.ceil((bottom - top) * ratio)];
    if (width * height > LARGEST_PLATE) return false;
    const { plate, styles, dark } = this;
    if (!plate || plate.ratio !== ratio || plate.styles !== styles || plate.dark !== dark) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const beside = canvas.getContext("2d");
      beside.scale(ratio, ratio);
      beside.translate(-left, -top);
      this.paintBehind(new Pen.CanvasPen(beside), this.zoom);
      this.paintFar(beside);
      this.plate = { canvas, ratio, styles, dark };
    }
    context.globalAlpha = 1;
    context.drawImage(this.plate.canvas, left, top, width / ratio, height / ratio);
    return true;
  }

  drawBefore(context) {
    if (!this.look) return;
    this.paintBadges(this.penOn(context), this.zoom);
    context.globalAlpha = 1;
    if (this.settled) {
      const done = this.settled;
      this.settled = null;
      done();
    }
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
    this.styles.forEach(({ shape, head, box, bin, closed, alpha, width, inner, dash }) => {
      const color = closed ? colors.soft : colors.bins[bin];
      if (seen && (box[0] > seen[2] || box[2] < seen[0] || box[1] > seen[3] || box[3] < seen[1])) return;
      if (width && !far) pen.stroke(shape, { color: colors.expected, width, alpha });
      pen.stroke(shape, {
        color,
        width: far ? Math.max(inner, 0.8 / zoom) : inner,
        dash: far ? null : dash,
        alpha,
      });
      if (head) pen.stroke(head, { color, width: inner, alpha });
    });
  }

  /** What part of the picture the camera shows, with room for the widest stream. */
  get seen() {
    const { x, y } = this.network.getViewPosition();
    const across = this.holder.clientWidth / this.zoom / 2 + 12;
    const down = this.holder.clientHeight / this.zoom / 2 + 12;
    return [x - across, y - down, x + across, y + down];
  }

  /** From far away all glasses are drawn at once: bowls and liquid, no hatching, names or numbers. */
  paintFar(context) {
    if (!this.far) this.far = [false, true].map((faded) => this.gather(faded));
    const { colors } = this;
    this.far.forEach(({ bowls, liquids }, faded) => {
      context.globalAlpha = 1;
      context.fillStyle = colors.glass;
      context.fill(bowls);
      context.globalAlpha = faded ? 0.22 : 1;
      context.fillStyle = colors.gold;
      context.fill(liquids);
      context.strokeStyle = colors.ink;
      context.lineWidth = 1.6;
      context.stroke(bowls);
    });
  }

  gather(faded) {
    const [bowls, liquids] = [new Path2D(), new Path2D()];
    this.scene.nodes.forEach(({ x, y }, id) => {
      const glass = this.glasses.get(id);
      if (glass.faded !== faded) return;
      const { liquid } = Glass.level(glass.hundredths);
      bowls.addPath(Glass.bowl.path, { e: x, f: y });
      if (liquid) liquids.addPath(liquid.path, { e: x, f: y });
    });
    return { bowls, liquids };
  }

  drawGlass(pen, id, x, y, zoom) {
    const glass = this.glasses && this.glasses.get(id);
    if (!glass) return;
    const { colors } = this;
    const alpha = glass.faded ? 0.22 : 1;
    if (zoom < FAR && !glass.selected && !glass.cursor) return;
    const { liquid, hatch } = Glass.level(glass.hundredths);
    if (glass.selected || glass.cursor) {
      pen.stroke(Glass.ring, {
        color: colors.focus,
        width: glass.selected ? 5 : 2.5,
        dash: glass.cursor && !glass.selected ? [5, 3] : null,
        x,
        y,
      });
    }
    pen.fill(Glass.bowl, colors.glass, 1, x, y);
    if (hatch && zoom >= FAR) pen.stroke(hatch, { color: colors.hatch, width: 1, alpha, x, y });
    if (liquid) pen.fill(liquid, colors.gold, alpha, x, y);
    pen.stroke(Glass.bowl, { color: colors.ink, width: 1.6, alpha, x, y });
    pen.stroke(Glass.stem, { color: colors.ink, width: 2, alpha, x, y });
    if (zoom >= FAR) {
      pen.text(glass.closed ? "?" : String(glass.hundredths), x, y + 15, {
        size: 17,
        weight: 700,
        color: colors.number,
        halo: colors.numberHalo,
        alpha,
      });
    }
    if (zoom > 0.36) {
      glass.lines.forEach((line, at) =>
        pen.text(line, x, y + Glass.FOOT + 11 + at * 14.5, {
          size: 13.5,
          color: colors.ink,
          halo: glass.faded ? null : colors.page,
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

  /** The whole picture as SVG text, whatever part of it the camera shows. */
  svg(title) {
    const pen = new Pen.SvgPen();
    const [left, top, right, bottom] = this.bounds;
    this.paintBehind(pen, 1);
    this.scene.nodes.forEach((node, id) => this.drawGlass(pen, id, node.x, node.y, 1));
    this.paintBadges(pen, 1);
    const head = 46;
    pen.text(title, left + 8, top - 22, { size: 18, weight: 700, color: this.colors.ink, align: "left" });
    return pen.document({
      left,
      top: top - head,
      width: right - left + 16,
      height: bottom - top + head + 8,
      background: this.colors.page,
      title,
    });
  }

  /** The whole picture as a PNG blob at twice its size, or less where a canvas cannot be that large. */
  png(title) {
    const [left, top, right, bottom] = this.bounds;
    const head = 46;
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
    pen.text(title, left + 8, top - 22, { size: 18, weight: 700, color: this.colors.ink, align: "left" });
    return new Promise((done) => {
      canvas.toBlob(done, "image/png");
    });
  }
}

/** Below this zoom hatching, numbers and expectations cannot be told apart and are not drawn. */
const FAR = 0.3;
/** Pixels of a picture that is drawn beside the screen: 64 MB. */
const LARGEST_PLATE = 16e6;
/** From this zoom on names can be read. */
const READABLE = 0.5;
/** Badges grow in the page's units as the camera moves away, so that their numbers stay readable. */
const badgeSize = (zoom) => Math.min(Math.max(0.85 / zoom, 1), 8);
const discs = new Map();
function disc(radius) {
  const r = Math.round(radius * 2) / 2;
  if (!discs.has(r)) discs.set(r, new Pen.Shape(`M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`));
  return discs.get(r);
}
