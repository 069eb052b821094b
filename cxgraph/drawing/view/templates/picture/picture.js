/*
 * The picture: vis-network holds the camera and the glasses, Painting draws them, the streams and the shelves.
 *
 * `look` is what the page wants to be seen at the moment; see refresh().
 */
"use strict";
class Picture extends Painting {
  constructor(holder, { network, weigh, palettes, settled }, picture) {
    super();
    this.holder = holder;
    this.from = { network, weigh };
    this.palettes = palettes;
    this.settled = settled;
    this.dark = false;
    this.use(picture);
  }

  /** Show another picture of the same organisation (the main departments, or all). */
  use(picture) {
    if (this.network) this.network.destroy();
    this.shown = picture;
    this.scene = Scene.build(picture, this.from.network, this.from.weigh);
    this.measure();
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

  /** What everything takes up, from where the glasses stand now. */
  measure() {
    this.bounds = Scene.bounds(this.scene);
    const around = Scene.boxAround(this.scene.nodes, this.scene.streams);
    // Bows of loops hang out of the rows a little.
    this.plateBox = this.bounds.map((edge, at) =>
      at < 2 ? Math.min(edge, around[at]) - 150 : Math.max(edge, around[at]) + 150,
    );
    this.plate = null;
    const [left, , right] = this.bounds;
    this.shelves = this.scene.tiers.map(({ y }) => new Pen.Shape(`M${left + 8} ${y + Glass.FOOT}H${right}`));
  }

  /** Put every glass where it was laid out, or beside that by what `shifts` says; its height is its tier and stays. */
  shift(shifts) {
    const moved = [...this.scene.nodes.values()].filter((node) => node.x !== node.home + (shifts.get(node.id) || 0));
    if (!moved.length) return;
    moved.forEach((node) => {
      node.x = node.home + (shifts.get(node.id) || 0);
      this.network.moveNode(node.id, node.x, node.y);
    });
    Scene.route(this.scene);
    this.measure();
  }

  /**
   * Take over what is to be seen: {of(stream) -> {bin, closed}, strength(stream), glass(id) -> {hundredths (null: a
   * dash), layer, told: [[words, cause]], change, lines, noted, faded, selected, cursor}, badges: [service]}.
   */
  refresh(look) {
    this.look = look;
    this.styles = Scene.styles(this.scene, look);
    this.far = null;
    this.glasses = new Map([...this.scene.nodes.keys()].map((id) => [id, look.glass(id)]));
    const numbered = look.badges
      .map((service, at) => [this.scene.byService.get(service), at])
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

  /**
   * vis's own fit() knows nothing of names, shelves and streams. On a screen too narrow for names to be read with
   * everything in it, the picture opens near enough to read, at the glass that `first` names; two fingers show the rest.
   */
  fit() {
    this.fitTo(this.bounds, 1.6);
    this.moved = false;
    const { clientWidth } = this.holder;
    const node = this.scene.nodes.get(this.scene.glassOf.get(this.first));
    if (clientWidth >= NARROW || !node || this.network.getScale() >= LEGIBLE) return;
    const [left, top, right, bottom] = this.bounds;
    const across = clientWidth / LEGIBLE / 2;
    const down = this.holder.clientHeight / LEGIBLE / 2;
    const within = (at, low, high) => (low > high ? (low + high) / 2 : Math.min(Math.max(at, low), high));
    this.network.moveTo({
      position: { x: within(node.x, left + across, right - across), y: within(node.y, top + down, bottom - down) },
      scale: LEGIBLE,
    });
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
    const node = this.scene.nodes.get(this.scene.glassOf.get(id));
    const { x: px, y: py } = this.network.canvasToDOM(node);
    const { clientWidth, clientHeight } = this.holder;
    const inside = px > 60 && py > 30 && px < clientWidth - 60 && py < clientHeight - 80;
    if (inside && this.network.getScale() >= READABLE) return;
    this.moved = true;
    const streams = this.scene.streams.filter((stream) => stream.services.some((e) => kept.has(e)));
    const ends = new Set(streams.flatMap((stream) => [stream.from, stream.to]).concat(node.id));
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

  /** Move the camera as little as brings a glass into sight, without zooming: the picture around it stays. */
  follow(id) {
    const node = this.scene.nodes.get(this.scene.glassOf.get(id));
    if (!node) return;
    const { x, y } = this.network.canvasToDOM(node);
    const { clientWidth, clientHeight } = this.holder;
    const beyond = (at, low, high) => Math.min(at - low, 0) + Math.max(at - high, 0);
    const [right, down] = [beyond(x, 70, clientWidth - 70), beyond(y, 40, clientHeight - 110)];
    if (!right && !down) return;
    const scale = this.network.getScale();
    const position = this.network.getViewPosition();
    this.network.moveTo({ position: { x: position.x + right / scale, y: position.y + down / scale }, scale });
    this.moved = true;
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
    if (this.drawn) this.drawn();
    if (this.settled) {
      const done = this.settled;
      this.settled = null;
      done();
    }
  }

  /** What part of the picture the camera shows, with room for the widest stream. */
  get seen() {
    const { x, y } = this.network.getViewPosition();
    const across = this.holder.clientWidth / this.zoom / 2 + 12;
    const down = this.holder.clientHeight / this.zoom / 2 + 12;
    return [x - across, y - down, x + across, y + down];
  }
}

/** Pixels of a picture that is drawn beside the screen: 64 MB. */
const LARGEST_PLATE = 16e6;
/** From this zoom on names can be read. */
const READABLE = 0.5;
/** Pixels of a picture's width below which a phone is taken for one, and the zoom at which it shows names. */
const NARROW = 600;
const LEGIBLE = 0.62;
