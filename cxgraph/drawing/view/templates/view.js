/* The wiring: toolbar, search, keyboard, picture, panel, table and exports. */
"use strict";
(() => {
  const MOST_BADGES = 6;
  const data = JSON.parse(document.getElementById("data").textContent);
  let page;
  try {
    page = new Page(data);
  } catch (error) {
    if (error instanceof Cascade.Unsettled)
      document.getElementById("shown").textContent = data.texts.not_the_same;
    throw error;
  }
  const { say, percent, number, signed } = page.words;
  const { element, lines } = Words;
  const byId = (id) => document.getElementById(id);
  const holder = byId("picture");
  const live = byId("live");
  const off = Math.abs(page.base.customerShortfall - data.customerShortfall);
  if (!(off <= 1e-9)) {
    byId("shown").textContent = say("not_the_same");
    throw new Error(`this browser computes ${page.base.customerShortfall}, not ${data.customerShortfall}`);
  }

  // ---- the picture ----------------------------------------------------------------------------

  const names = page.departments.names.map((name) => lines(name));
  const widest = page.network.scale[1] - page.network.scale[0];
  let shown = 0;
  const picture = new Picture(holder, data.pictures[shown], data.palettes, () => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  });

  function changeText(id) {
    if (page.hidesDepartment(id)) return "";
    const moved = 100 * (page.base.received[id] - page.now.received[id]);
    if (Math.abs(moved) < 0.05) return "";
    return `${moved > 0 ? "▲" : "▼"}${Math.abs(moved) < 0.95 ? signed(moved, 1) : signed(moved)}`;
  }

  function refresh() {
    const { selected } = page;
    const ways = selected === null ? null : page.waysOf(selected);
    const badges = page
      .causes()
      .list.slice(0, MOST_BADGES)
      .map(({ service }) => service);
    const strong = new Set(badges);
    const kept = new Set();
    if (ways) {
      kept.add(selected);
      ways.kept.forEach((e) => {
        kept.add(page.network.supplier[e]);
        kept.add(page.network.client[e]);
      });
    }
    const strength = (stream) => {
      if (!page.passes(stream.service)) return 0;
      if (ways)
        return ways.kept.has(stream.service)
          ? Scene.STRONG
          : stream.back && !page.filters.loops
            ? 0
            : Scene.FADED;
      if (stream.back && !page.filters.loops) return 0;
      return strong.has(stream.service) ? Scene.STRONG : Scene.CALM;
    };
    picture.refresh({
      strength,
      badges,
      of: (e) => ({
        closed: page.hidesService(e),
        level: 1 - page.now.lacks[e],
        bin: page.binOf(e),
        expected:
          page.network.expectation[e] === null
            ? 1
            : (page.network.expectation[e] - page.network.scale[0]) / widest,
      }),
      glass: (id) => ({
        closed: page.hidesDepartment(id),
        hundredths: page.hidesDepartment(id)
          ? 0
          : Math.min(Math.max(Math.round(100 * (1 - page.now.received[id])), 0), 100),
        change: changeText(id),
        lines: names[id],
        faded: (ways !== null && !kept.has(id)) || !page.inDivision(id),
        selected: id === selected,
        cursor: id === page.cursor && document.activeElement === holder,
      }),
    });
    page.badged = (service) =>
      badges.includes(service) &&
      picture.scene.byService.has(service) &&
      strength(picture.scene.byService.get(service)) > Scene.FADED;
    sayWhatIsShown(strength, ways);
  }

  /** Nothing is hidden without saying how much. */
  function sayWhatIsShown(strength, ways) {
    const { scene } = picture;
    const seen = scene.streams.filter((stream) => strength(stream) > 0);
    const held = seen.reduce((sum, stream) => sum + page.now.contribution[stream.service], 0);
    const total = page.now.customerShortfall;
    const loops = scene.streams.filter((stream) => stream.back && !strength(stream)).length;
    const parts = [
      ...(page.unsettled ? [say("not_settled")] : []),
      say("shown", {
        departments: number(scene.nodes.size),
        all: number(page.network.count),
        services: number(seen.length),
        every: number(page.network.supplier.length),
        share: percent(total > 0 ? held / total : 1, 0),
      }),
    ];
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
  page.link = (id) =>
    element(
      "button",
      { type: "button", class: "link", onclick: () => page.select(id) },
      page.departments.names[id],
    );
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
    // What was pressed may be gone (the panel is made anew) or switched off: the keyboard must not start over.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement.disabled)
      (id === null ? holder : byId("subject")).focus();
  };

  page.listeners.push(() => {
    refresh();
    panel.update();
    byId("reset").disabled = !page.changed();
    if (!byId("table").hidden) byId("tables").replaceChildren(...equivalentTables(page));
    const change = { before: percent(page.base.customerShortfall), now: percent(page.now.customerShortfall) };
    announce(page.unsettled ? say("not_settled") : say("said_change", change), 400);
  });

  let waiting = 0;
  function announce(words, delay = 0) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      live.textContent = words;
    }, delay);
  }

  function describe(id, service = null) {
    const words = page.hidesDepartment(id)
      ? say("said_glass_withheld", { name: page.departments.names[id], tier: page.tierOf(id) })
      : say("said_glass", {
          name: page.departments.names[id],
          fill: number(100 * (1 - page.now.received[id])),
          role: page.roleOf(id),
          tier: page.tierOf(id),
        });
    return service === null ? words : `${words} ${describeService(service)}`;
  }

  function describeService(e) {
    if (page.hidesService(e)) return say("said_service_withheld", { service: page.serviceName(e) });
    const total = page.now.customerShortfall;
    return say("said_service", {
      service: page.serviceName(e),
      got: number(page.levelNow(e), 1),
      expected: page.network.expectation[e] === null ? "–" : number(page.network.expectation[e], 1),
      share: percent(total > 0 ? page.now.contribution[e] / total : 0, 1),
      verdict: page.verdictOf(e),
    });
  }

  // ---- pointer -----------------------------------------------------------------------------------

  const tip = byId("tip");
  // Screen readers hear the same in the panel.
  tip.setAttribute("aria-hidden", "true");
  picture.holder.addEventListener("pointerdown", () => holder.focus({ preventScroll: true }));
  holder.addEventListener("click", (event) => {
    if (event.target.tagName !== "CANVAS") return;
    if (Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5) return;
    const pixel = pixelOf(event);
    const id = picture.glassAt(pixel);
    if (id !== null) {
      page.select(id);
      return;
    }
    const stream = picture.streamAt(pixel);
    if (stream) page.select(stream.from, stream.service);
    else if (page.selected !== null) page.select(null);
  });
  let pressed = [0, 0];
  holder.addEventListener(
    "pointerdown",
    (event) => {
      pressed = [event.clientX, event.clientY];
    },
    true,
  );
  holder.addEventListener("pointermove", (event) => {
    if (event.buttons) {
      tip.hidden = true;
      return;
    }
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
  holder.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });

  function pixelOf(event) {
    const { left, top } = holder.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  connectSearch({ page, announce });
  connectKeyboard({
    page,
    picture,
    holder,
    refresh,
    announce,
    describe,
    ensureDrawn,
    leave: () => {
      tip.hidden = true;
      if (page.selected !== null) page.select(null);
      else byId("find").focus();
    },
  });

  // ---- toolbar -----------------------------------------------------------------------------------

  byId("shortfall").addEventListener("input", (event) => {
    page.filters.shortfall = Number(event.target.value) / 100;
    byId("shortfall-value").textContent = percent(page.filters.shortfall, 0);
    event.target.setAttribute("aria-valuetext", percent(page.filters.shortfall, 0));
    refresh();
    panel.updateCauses();
  });
  [
    ["kind", "kind"],
    ["division", "division"],
  ].forEach(
    ([id, key]) =>
      byId(id) &&
      byId(id).addEventListener("change", (event) => {
        page.filters[key] = event.target.value;
        refresh();
        panel.updateCauses();
      }),
  );
  byId("loops").checked = false; // some browsers keep what was checked before the page was loaded again
  byId("loops").addEventListener("change", (event) => {
    page.filters.loops = event.target.checked;
    refresh();
    panel.updateCauses();
  });
  if (byId("extent"))
    byId("extent").addEventListener("change", (event) => {
      usePicture(Number(event.target.value));
      panel.updateCauses();
    });
  byId("fit").addEventListener("click", () => picture.fit());
  byId("clear").addEventListener("click", () => page.select(null));
  byId("reset").addEventListener("click", () => {
    page.reset();
    page.recompute();
    byId("everywhere").querySelector("input").focus();
  });

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
  addEventListener("beforeprint", () => {
    themeBefore = picture.dark;
    paint(false);
    picture.fit();
  });
  addEventListener("afterprint", () => paint(themeBefore));

  function save(blob, ending) {
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: `${data.file}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    announce(say("said_saved", { file: `${data.file}.${ending}` }));
  }
  byId("png").addEventListener("click", () => picture.png(data.finding).then((blob) => save(blob, "png")));
  byId("svg").addEventListener("click", () =>
    save(new Blob([picture.svg(data.finding)], { type: "image/svg+xml" }), "svg"),
  );

  // ---- the equivalent table ------------------------------------------------------------------------

  byId("as-table").addEventListener("click", () => {
    const opened = byId("table").hidden;
    byId("table").hidden = !opened;
    byId("as-table").setAttribute("aria-expanded", String(opened));
    if (opened) {
      byId("tables").replaceChildren(...equivalentTables(page));
      byId("table").focus();
      byId("table").scrollIntoView({ block: "start" });
    }
  });

  window.cxgraphView = { page, picture, panel, Cascade };
  paint(prefersDark.matches);
  picture.fit();
  panel.select();
})();
