/* The picture from the keyboard: arrows along services, Enter selects, Escape leaves. */
"use strict";
/** How far a key moves a glass, in the picture's units: a third of its width. */
const STEP = 22;
function connectKeyboard({ page, picture, holder, refresh, announce, describe, leave, shiftGlass }) {
  const { say } = page.words;

  let trail = null;
  function moveCursor(id, service) {
    page.cursor = id;
    refresh();
    picture.follow(id);
    announce(describe(id, service));
  }

  /** The drawn services of a department towards its clients or suppliers, the heaviest first. */
  function ahead(id, down) {
    const services = [...Cascade.servicesOf(down ? page.index.given : page.index.received, id)];
    const weight = (e) => page.now.serviceReach[e] * page.now.lacks[e];
    const far = down ? page.network.client : page.network.supplier;
    const best = new Map();
    services
      .filter((e) => picture.scene.glassOf.has(far[e]) && page.passes(e))
      .sort((a, b) => weight(b) - weight(a) || a - b)
      .forEach((e) => {
        if (!best.has(far[e])) best.set(far[e], e);
      });
    return [...best.entries()].map(([to, service]) => ({ to, service }));
  }

  function step(down) {
    const ways = ahead(page.cursor, down);
    if (!ways.length) {
      announce(say(down ? "said_end" : "said_start", { name: page.departments.names[page.cursor] }));
      return;
    }
    trail = { ways, at: 0 };
    moveCursor(ways[0].to, ways[0].service);
  }

  function sideways(turn) {
    if (trail && trail.ways.length > 1 && trail.ways[trail.at].to === page.cursor) {
      trail.at = (trail.at + turn + trail.ways.length) % trail.ways.length;
      moveCursor(trail.ways[trail.at].to, trail.ways[trail.at].service);
      return;
    }
    const glass = picture.scene.nodes.get(picture.scene.glassOf.get(page.cursor));
    const row = [...picture.scene.nodes.values()].filter((node) => node.y === glass.y).sort((a, b) => a.x - b.x);
    const at = row.indexOf(glass);
    trail = null;
    moveCursor(row[(at + turn + row.length) % row.length].members[0]);
  }

  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (page.cursor === null || !picture.scene.glassOf.has(page.cursor)) page.cursor = firstGlass();
    const keys = {
      ArrowDown: () => step(true),
      ArrowUp: () => step(false),
      ArrowLeft: () => (event.shiftKey ? shiftGlass(page.cursor, -STEP) : sideways(-1)),
      ArrowRight: () => (event.shiftKey ? shiftGlass(page.cursor, STEP) : sideways(1)),
      Enter: () => page.select(page.cursor, null, event.shiftKey),
      " ": () => page.select(page.cursor),
      Escape: () => {
        leave();
      },
      Home: () => moveCursor(firstGlass()),
      "+": () => picture.zoomBy(1.25),
      "-": () => picture.zoomBy(0.8),
      0: () => picture.fit(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  holder.addEventListener("focus", () => {
    if (page.cursor === null || !picture.scene.glassOf.has(page.cursor)) page.cursor = firstGlass();
    refresh();
    announce(describe(page.cursor));
  });
  holder.addEventListener("blur", refresh);

  /** The department where most of the disappointment starts. */
  function firstGlass() {
    const cause = page
      .costliest(20)
      .map((service) => page.network.supplier[service])
      .find((id) => picture.scene.glassOf.has(id));
    return cause === undefined ? picture.scene.nodes.values().next().value.members[0] : cause;
  }
}
