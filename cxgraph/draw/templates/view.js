/* The wiring: toolbar, search, keyboard, picture, panel, table and exports. */
"use strict";
(() => {
  const MOST_BADGES = 6;
  const MOST_HITS = 12;
  const data = JSON.parse(document.getElementById("data").textContent);
  const page = new Page(data);
  const { say, percent, number, signed } = page.words;
  const { element, lines, fold } = Words;
  const byId = (id) => document.getElementById(id);
  const holder = byId("picture");
  const live = byId("live");
  const off = Math.abs(page.base.customerShortfall - data.customerShortfall);
  if (!(off <= 1e-9)) throw new Error(`this browser computes ${page.base.customerShortfall}, not ${data.customerShortfall}`);

  // ---- the picture ----------------------------------------------------------------------------

  const names = page.departments.names.map((name) => lines(name));
  const widest = page.network.scale[1] - page.network.scale[0];
  let shown = 0;
  const picture = new Picture(holder, data.pictures[shown], data.palettes, () => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  });

  function changeText(id) {
    const moved = 100 * (page.base.received[id] - page.now.received[id]);
    if (Math.abs(moved) < 0.05) return "";
    return `${moved > 0 ? "▲" : "▼"}${Math.abs(moved) < 0.95 ? signed(moved, 1) : signed(moved)}`;
  }

  function refresh() {
    const { selected } = page;
    const ways = selected === null ? null : page.waysOf(selected);
    const badges = page.causes().list.slice(0, MOST_BADGES).map(({ service }) => service);
    const strong = new Set(badges);
    const kept = new Set();
    if (ways) {
      kept.add(selected);
      ways.kept.forEach((e) => { kept.add(page.network.supplier[e]); kept.add(page.network.client[e]); });
    }
    const strength = (stream) => {
      if (!page.passes(stream.service)) return 0;
      if (ways) return ways.kept.has(stream.service) ? Scene.STRONG : stream.back && !page.filters.loops ? 0 : Scene.FADED;
      if (stream.back && !page.filters.loops) return 0;
      return strong.has(stream.service) ? Scene.STRONG : Scene.CALM;
    };
    picture.refresh({
      strength, badges,
      of: (e) => ({
        level: 1 - page.now.lacks[e],
        expected: page.network.expectation[e] === null ? 1 : (page.network.expectation[e] - page.network.scale[0]) / widest,
      }),
      glass: (id) => ({
        hundredths: Math.min(Math.max(Math.round(100 * (1 - page.now.received[id])), 0), 100), change: changeText(id), lines: names[id],
        faded: (ways !== null && !kept.has(id)) || !page.inDivision(id), selected: id === selected,
        cursor: id === page.cursor && document.activeElement === holder,
      }),
    });
    page.badged = (service) => badges.includes(service) && picture.scene.byService.has(service)
      && strength(picture.scene.byService.get(service)) > Scene.FADED;
    sayWhatIsShown(strength, ways);
  }

  /** Nothing is hidden without saying how much. */
  function sayWhatIsShown(strength, ways) {
    const { scene } = picture;
    const seen = scene.streams.filter((stream) => strength(stream) > 0);
    const held = seen.reduce((sum, stream) => sum + page.now.contribution[stream.service], 0);
    const total = page.now.customerShortfall;
    const loops = scene.streams.filter((stream) => stream.back && !strength(stream)).length;
    const parts = [say("shown", {
      departments: number(scene.nodes.size), all: number(page.network.count), services: number(seen.length),
      every: number(page.network.supplier.length), share: percent(total > 0 ? held / total : 1, 0),
    })];
    if (loops && !page.filters.loops) parts.push(say("loops_off", { count: number(loops) }));
    if (ways && ways.faded) parts.push(say("ways_faded", { count: number(ways.faded) }));
    byId("shown").textContent = parts.join(" ");
  }

  /** Show the picture that holds a department; the smaller one first. */
  function ensureDrawn(id) {
    if (picture.scene.nodes.has(id)) return;
    const other = data.pictures.findIndex(({ nodes }) => nodes.some((node) => node.id === id));
    if (other >= 0) usePicture(other);
  }

  function usePicture(at) {
    shown = at;
    if (byId("extent")) byId("extent").value = String(at);
    picture.use(data.pictures[at]);
    refresh();
    picture.fit();
  }

  // ---- the panel --------------------------------------------------------------------------------

  page.badged = () => false;
  page.link = (id) => element("button", { type: "button", class: "link", onclick: () => page.select(id) }, page.departments.names[id]);
  const panel = new Panel(page);

  page.select = (id, service = null) => {
    if (id !== null) ensureDrawn(id);
    page.selected = id;
    page.cursor = id === null ? page.cursor : id;
    page.known = null;
    refresh();
    panel.select();
    if (id !== null && picture.scene.nodes.has(id)) picture.reveal(id, page.waysOf(id).kept);
    announce(id === null ? say("said_none") : describe(id, service));
    byId("clear").disabled = id === null;
  };

  page.listeners.push(() => {
    refresh();
    panel.update();
    byId("reset").disabled = !page.changed();
    if (!byId("table").hidden) buildTables();
    announce(say("said_change", {
      before: percent(page.base.customerShortfall), now: percent(page.now.customerShortfall),
    }), 400);
  });

  let waiting = 0;
  function announce(words, delay = 0) {
    clearTimeout(waiting);
    waiting = setTimeout(() => { live.textContent = words; }, delay);
  }

  function describe(id, service = null) {
    const words = say("said_glass", {
      name: page.departments.names[id], fill: number(100 * (1 - page.now.received[id])), role: page.roleOf(id), tier: page.tierOf(id),
    });
    return service === null ? words : `${words} ${describeService(service)}`;
  }

  function describeService(e) {
    const total = page.now.customerShortfall;
    return say("said_service", {
      service: page.serviceName(e), got: number(page.levelNow(e), 1),
      expected: page.network.expectation[e] === null ? "–" : number(page.network.expectation[e], 1),
      share: percent(total > 0 ? page.now.contribution[e] / total : 0, 1), verdict: page.verdictOf(e),
    });
  }

  // ---- pointer -----------------------------------------------------------------------------------

  const tip = byId("tip");
  picture.holder.addEventListener("pointerdown", () => holder.focus({ preventScroll: true }));
  holder.addEventListener("click", (event) => {
    if (event.target.tagName !== "CANVAS") return;
    if (Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5) return;
    const pixel = pixelOf(event);
    const id = picture.glassAt(pixel);
    if (id !== null) { page.select(id); return; }
    const stream = picture.streamAt(pixel);
    if (stream) page.select(stream.from, stream.service);
    else if (page.selected !== null) page.select(null);
  });
  let pressed = [0, 0];
  holder.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
  holder.addEventListener("pointermove", (event) => {
    if (event.buttons) { tip.hidden = true; return; }
    const pixel = pixelOf(event);
    const id = picture.glassAt(pixel);
    const stream = id === null ? picture.streamAt(pixel) : null;
    tip.hidden = id === null && stream === null;
    holder.style.cursor = tip.hidden ? "grab" : "pointer";
    if (tip.hidden) return;
    tip.textContent = id === null ? describeService(stream.service) : describe(id);
    tip.style.left = `${Math.min(pixel.x + 14, holder.clientWidth - 270)}px`;
    tip.style.top = `${pixel.y + 16}px`;
  });
  holder.addEventListener("pointerleave", () => { tip.hidden = true; });

  function pixelOf(event) {
    const { left, top } = holder.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  // ---- keyboard: arrows along services, Enter selects, Esc leaves --------------------------------

  let trail = null;
  function moveCursor(id, service) {
    ensureDrawn(id);
    page.cursor = id;
    refresh();
    if (picture.scene.nodes.has(id)) picture.reveal(id, new Set());
    announce(describe(id, service));
  }

  /** The drawn services of a department towards its clients or suppliers, the heaviest first. */
  function ahead(id, down) {
    const services = [...Cascade.servicesOf(down ? page.index.given : page.index.received, id)];
    const weight = (e) => page.now.serviceReach[e] * page.now.lacks[e];
    const far = down ? page.network.client : page.network.supplier;
    const best = new Map();
    services.filter((e) => picture.scene.nodes.has(far[e]) && page.passes(e)).sort((a, b) => weight(b) - weight(a) || a - b)
      .forEach((e) => { if (!best.has(far[e])) best.set(far[e], e); });
    return [...best.entries()].map(([to, service]) => ({ to, service }));
  }

  function step(down) {
    const ways = ahead(page.cursor, down);
    if (!ways.length) { announce(say(down ? "said_end" : "said_start", { name: page.departments.names[page.cursor] })); return; }
    trail = { ways, at: 0 };
    moveCursor(ways[0].to, ways[0].service);
  }

  function sideways(turn) {
    if (trail && trail.ways.length > 1 && trail.ways[trail.at].to === page.cursor) {
      trail.at = (trail.at + turn + trail.ways.length) % trail.ways.length;
      moveCursor(trail.ways[trail.at].to, trail.ways[trail.at].service);
      return;
    }
    const { y } = picture.scene.nodes.get(page.cursor);
    const row = [...picture.scene.nodes.values()].filter((node) => node.y === y).sort((a, b) => a.x - b.x);
    const at = row.findIndex((node) => node.id === page.cursor);
    trail = null;
    moveCursor(row[(at + turn + row.length) % row.length].id);
  }

  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (page.cursor === null || !picture.scene.nodes.has(page.cursor)) page.cursor = firstGlass();
    const keys = {
      ArrowDown: () => step(true), ArrowUp: () => step(false), ArrowLeft: () => sideways(-1), ArrowRight: () => sideways(1),
      Enter: () => page.select(page.cursor), " ": () => page.select(page.cursor),
      Escape: () => { tip.hidden = true; if (page.selected !== null) page.select(null); else byId("find").focus(); },
      Home: () => moveCursor(firstGlass()), "+": () => picture.zoomBy(1.25), "-": () => picture.zoomBy(0.8), 0: () => picture.fit(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  holder.addEventListener("focus", () => {
    if (page.cursor === null || !picture.scene.nodes.has(page.cursor)) page.cursor = firstGlass();
    refresh();
    announce(describe(page.cursor));
  });
  holder.addEventListener("blur", refresh);

  /** The department where most of the disappointment starts. */
  function firstGlass() {
    const cause = page.causes().list.map(({ service }) => page.network.supplier[service]).find((id) => picture.scene.nodes.has(id));
    return cause === undefined ? [...picture.scene.nodes.keys()][0] : cause;
  }

  // ---- search ------------------------------------------------------------------------------------

  const find = byId("find");
  const hits = byId("hits");
  const folded = page.departments.names.map((name, id) => fold(`${name} ${page.departments.ids[id]}`));
  let active = -1;

  function search() {
    const wanted = fold(find.value.trim());
    const found = wanted ? folded.map((name, id) => [name.indexOf(wanted), id]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || a[1] - b[1]) : [];
    active = -1;
    hits.replaceChildren(...found.slice(0, MOST_HITS).map(([, id]) => element("li", {
      role: "option", id: `hit-${id}`, "aria-selected": "false", "data-department": String(id), onpointerdown: (event) => { event.preventDefault(); choose(id); },
    }, page.departments.names[id])));
    open(found.length > 0);
    if (wanted) announce(say("said_hits", { count: number(found.length) }), 300);
  }

  function open(yes) {
    hits.hidden = !yes;
    find.setAttribute("aria-expanded", String(yes));
    if (!yes) find.removeAttribute("aria-activedescendant");
  }

  function choose(id) {
    find.value = page.departments.names[id];
    open(false);
    page.select(id);
  }

  find.addEventListener("input", search);
  find.addEventListener("blur", () => open(false));
  find.addEventListener("keydown", (event) => {
    const options = [...hits.children];
    if (event.key === "Escape") { if (hits.hidden) find.value = ""; open(false); return; }
    if (event.key === "Enter" && options.length && !hits.hidden) {
      event.preventDefault();
      choose(Number(options[Math.max(active, 0)].dataset.department));
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (hits.hidden) search();
    if (!hits.children.length) return;
    active = (active + (event.key === "ArrowDown" ? 1 : -1) + hits.children.length) % hits.children.length;
    [...hits.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    hits.children[active].scrollIntoView({ block: "nearest" });
    find.setAttribute("aria-activedescendant", hits.children[active].id);
  });

  // ---- toolbar -----------------------------------------------------------------------------------

  byId("shortfall").addEventListener("input", (event) => {
    page.filters.shortfall = Number(event.target.value) / 100;
    byId("shortfall-value").textContent = percent(page.filters.shortfall, 0);
    event.target.setAttribute("aria-valuetext", percent(page.filters.shortfall, 0));
    refresh();
    panel.updateCauses();
  });
  [["kind", "kind"], ["division", "division"]].forEach(([id, key]) => byId(id) && byId(id).addEventListener("change", (event) => {
    page.filters[key] = event.target.value;
    refresh();
    panel.updateCauses();
  }));
  byId("loops").addEventListener("change", (event) => { page.filters.loops = event.target.checked; refresh(); panel.updateCauses(); });
  if (byId("extent")) byId("extent").addEventListener("change", (event) => { usePicture(Number(event.target.value)); panel.updateCauses(); });
  byId("fit").addEventListener("click", () => picture.fit());
  byId("clear").addEventListener("click", () => page.select(null));
  byId("reset").addEventListener("click", () => { page.reset(); page.recompute(); byId("everywhere").querySelector("input").focus(); });

  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  function paint(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    byId("dark").setAttribute("aria-pressed", String(dark));
    picture.dark = dark;
    refresh();
  }
  byId("dark").addEventListener("click", () => paint(!picture.dark));
  prefersDark.addEventListener("change", (event) => paint(event.matches));
  let themeBefore = false;
  addEventListener("beforeprint", () => { themeBefore = picture.dark; paint(false); picture.fit(); });
  addEventListener("afterprint", () => paint(themeBefore));

  function save(blob, ending) {
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: `${data.file}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    announce(say("said_saved", { file: `${data.file}.${ending}` }));
  }
  byId("png").addEventListener("click", () => picture.png(data.finding).then((blob) => save(blob, "png")));
  byId("svg").addEventListener("click", () => save(new Blob([picture.svg(data.finding)], { type: "image/svg+xml" }), "svg"));

  // ---- the equivalent table ------------------------------------------------------------------------

  byId("as-table").addEventListener("click", () => {
    const opened = byId("table").hidden;
    byId("table").hidden = !opened;
    byId("as-table").setAttribute("aria-expanded", String(opened));
    if (opened) { buildTables(); byId("table").focus(); byId("table").scrollIntoView({ block: "start" }); }
  });

  const NUMBERS = new Set(["fill", "change", "starts", "passes", "expected", "got", "own", "inherited", "costs"]);
  function table(caption, columns, rows) {
    const side = columns.map((key) => (NUMBERS.has(key) ? "number" : null));
    return element("table", {}, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...columns.map((key, at) => element("th", { scope: "col", class: side[at] }, say(`column_${key}`))))),
      element("tbody", {}, ...rows.map(([first, ...cells]) => element("tr", {}, element("th", { scope: "row" }, first),
        ...cells.map((cell, at) => element("td", { class: side[at + 1] }, cell))))));
  }

  function buildTables() {
    const { now, base, network } = page;
    const total = now.customerShortfall;
    const share = (value) => percent(total > 0 ? value / total : 0, 1);
    const own = new Float64Array(network.count);
    now.contribution.forEach((value, e) => { own[network.supplier[e]] += value; });
    const byShare = (values) => [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
    const departments = byShare(own).map((id) => [page.departments.names[id], page.tierOf(id), page.roleOf(id), percent(1 - now.received[id]),
      signed(100 * (base.received[id] - now.received[id]), 1), share(own[id]), share(page.partsOf(id).inherited)]);
    const services = byShare(now.contribution).map((e) => [page.departments.names[network.supplier[e]], page.departments.names[network.client[e]],
      page.services.names[page.services.name[e]], network.expectation[e] === null ? "–" : number(network.expectation[e], 1), number(page.levelNow(e), 1),
      percent(now.own[e]), percent(now.lacks[e] - now.own[e]), page.verdictOf(e), share(now.contribution[e])]);
    byId("tables").replaceChildren(
      table(say("table_departments"), ["department", "tier", "role", "fill", "change", "starts", "passes"], departments),
      table(say("table_services"), ["supplier", "client", "service", "expected", "got", "own", "inherited", "verdict", "costs"], services),
    );
  }

  window.cxgraphView = { page, picture, panel, Cascade };
  paint(prefersDark.matches);
  picture.fit();
  panel.select();
})();
