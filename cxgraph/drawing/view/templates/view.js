/* The wiring: what happens when something is selected, changed, brought back or saved. */
"use strict";
(() => {
  // Before anything is changed: the page that a saved copy starts from.
  const pristine = `<!doctype html>\n${document.documentElement.outerHTML}`;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  let page;
  try {
    page = new Page(data);
  } catch (error) {
    if (error instanceof Cascade.Unsettled) byId("shown").textContent = data.texts.not_the_same;
    throw error;
  }
  const { say, percent, number } = page.words;
  const { element } = Words;
  const holder = byId("picture");
  const live = byId("live");
  const off = Math.abs(page.base.customerShortfall - data.customerShortfall);
  if (!(off <= 1e-9)) {
    byId("shown").textContent = say("not_the_same");
    throw new Error(`this browser computes ${page.base.customerShortfall}, not ${data.customerShortfall}`);
  }
  page.extent = 0;
  const weigh = (e) => (page.hidesService(e) ? 0 : page.base.serviceReach[e] * page.base.lacks[e]);
  const settled = () => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  };
  const picture = new Picture(holder, { network: page.given, weigh, palettes: data.palettes, settled }, data.pictures[0]);
  const look = new Look(page);

  // ---- what is shown ----------------------------------------------------------------------------

  function refresh() {
    [picture.first] = page.rankedDepartments();
    const seen = look.of(picture.scene, document.activeElement === holder);
    picture.refresh(seen);
    page.badged = (e) => picture.scene.byService.has(e) && seen.strength(picture.scene.byService.get(e)) > Scene.FADED;
    sayWhatIsShown(seen.strength);
    byId("title").textContent = page.title();
    document.title = page.title();
  }

  /** Nothing is hidden without saying how much. */
  function sayWhatIsShown(strength) {
    const { scene } = picture;
    const streams = scene.streams.filter((stream) => strength(stream) > 0);
    const services = streams.flatMap((stream) => stream.services.filter((e) => page.passes(e)));
    const held = services.reduce((sum, e) => sum + page.now.contribution[e], 0);
    const total = page.now.customerShortfall;
    const single = [...scene.nodes.values()].filter(({ members }) => members.length === 1).length;
    const loops = scene.streams.filter((stream) => stream.back && !strength(stream)).length;
    const { ways } = look;
    byId("shown").textContent = [
      page.unsettled ? say("not_settled") : "",
      say("shown", {
        departments: number(single),
        all: number(page.network.count),
        services: number(services.length),
        every: number(page.network.supplier.length),
        share: percent(total > 0 ? held / total : 1, 0),
      }),
      single < scene.nodes.size ? say("shown_others", { count: number(scene.glassOf.size - single) }) : "",
      loops && !page.filters.loops ? say("loops_off", { count: number(loops) }) : "",
      ways && ways.faded ? say("ways_faded", { count: number(ways.faded) }) : "",
    ]
      .filter(Boolean)
      .join(" ");
  }

  function usePicture(at) {
    page.extent = at;
    picture.use(data.pictures[at]);
    picture.shift(page.shifts);
    refresh();
    picture.fit();
  }

  /** Everything anew after a state was brought back. */
  function show() {
    page.settle();
    if (picture.shown !== data.pictures[page.extent]) picture.use(data.pictures[page.extent]);
    picture.shift(page.shifts);
    filters.update();
    refresh();
    panel.select();
    kept();
    byId("clear").disabled = page.selected === null;
    byId("unshift").disabled = !page.shifts.size;
    byId("reset").disabled = !page.changed() && !page.assumes();
    if (!byId("table").hidden) makeTables();
    if (!picture.moved) picture.fit();
  }

  /** On a phone the controls lie in a drawer, which closes once somebody is chosen. */
  function openDrawer(open) {
    const was = byId("drawer").getAttribute("aria-expanded") === "true";
    byId("drawer").setAttribute("aria-expanded", String(open));
    byId("tools").classList.toggle("open", open);
    if (was && !open) holder.scrollIntoView({ block: "nearest" });
  }

  let waiting = 0;
  function announce(words, delay = 0) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      live.textContent = words;
    }, delay);
  }
  page.announce = announce;

  // ---- the panel --------------------------------------------------------------------------------

  page.badged = () => false;
  page.link = (id) =>
    element("button", { type: "button", class: "link", onclick: () => page.select(id) }, page.departments.names[id]);

  /** Select a department, or none; `more` adds it to what is selected, or takes it away. */
  page.select = (id, service = null, more = false) => {
    if (id === null) page.selection = [];
    else if (!more) page.selection = [id];
    else if (page.selection.includes(id)) page.selection = page.selection.filter((other) => other !== id);
    else page.selection = [...page.selection, id];
    if (id !== null && !picture.scene.glassOf.has(id)) {
      const other = data.pictures.findIndex(({ nodes }) => nodes.some((node) => node.id === id));
      if (other >= 0) usePicture(other);
    }
    page.cursor = id === null ? page.cursor : id;
    page.known = null;
    refresh();
    filters.update();
    panel.select();
    openDrawer(false);
    if (page.selected !== null && picture.scene.glassOf.has(page.selected))
      picture.reveal(page.selected, page.keptServices().kept);
    announce(page.selected === null ? say("said_none") : describe(page.selected, service));
    byId("clear").disabled = page.selected === null;
    later();
    // What was pressed may be gone (the panel is made anew) or switched off: the keyboard must not start over.
    const { activeElement } = document;
    if (activeElement === document.body || activeElement.disabled) (id === null ? holder : byId("subject")).focus();
  };

  page.listeners.push(() => {
    refresh();
    panel.update();
    kept();
    byId("reset").disabled = !page.changed() && !page.assumes();
    if (!byId("table").hidden) makeTables();
    later();
    const change = { before: percent(page.base.customerShortfall), now: percent(page.now.customerShortfall) };
    announce(page.unsettled ? say("not_settled") : page.changed() ? say("said_change", change) : page.title(), 400);
  });

  page.noted = () => {
    refresh();
    later();
  };

  function describe(id, service = null) {
    const level = page.levelOf([id]);
    const words = page.hidesDepartment(id)
      ? say("said_glass_withheld", { name: page.departments.names[id], tier: page.tierOf(id) })
      : say("said_glass", {
          name: page.departments.names[id],
          fill: level === null ? "–" : number(100 * level),
          role: page.roleOf(id),
          tier: page.tierOf(id),
          share: percent(page.share(page.caused[id])),
        });
    return service === null ? words : `${words} ${describeService(service)}`;
  }

  function describeService(e) {
    if (page.hidesService(e)) return say("said_service_withheld", { service: page.serviceName(e) });
    const expected = page.expectationOf(e);
    return say("said_service", {
      service: page.serviceName(e),
      got: number(page.levelNow(e), 1),
      expected: expected === null ? "–" : number(expected, 1),
      share: percent(page.share(page.now.contribution[e]), 1),
      verdict: page.verdictOf(e),
    });
  }

  // ---- state, before the panel and what listens to it -----------------------------------------------

  const state = new State(page);
  const saved = JSON.parse(byId("saved").textContent);
  const opened = [typeof saved === "string" && state.read(saved, { notes: true }), readAddress() !== "" && state.read(readAddress(), { notes: false })];
  if (opened.some(Boolean)) page.settle();
  const panel = new Panel(page);
  const later = connectHistory({ page, state, show, announce });
  const kept = connectScenarios({ page, state, show, later, announce });
  const filters = connectFilters({ page, panel, refresh, usePicture, later, show });

  // ---- pointer and keyboard ---------------------------------------------------------------------------

  const pixelOf = (event) => {
    const { left, top } = holder.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hideTip = connectTip({ page, picture, holder, pixelOf });
  const glassesMoved = () => {
    byId("unshift").disabled = !page.shifts.size;
    refresh();
    later();
  };
  const { shiftGlass, dragging } = connectShifts({ page, picture, holder, pixelOf, glassesMoved, announce });
  connectMinimap({ picture, canvas: byId("minimap") });
  let pressed = [0, 0];
  holder.addEventListener(
    "pointerdown",
    (event) => {
      pressed = [event.clientX, event.clientY];
      holder.focus({ preventScroll: true });
    },
    true,
  );
  holder.addEventListener("click", (event) => {
    if (event.target.tagName !== "CANVAS" || dragging()) return;
    if (Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 5) return;
    const pixel = pixelOf(event);
    const more = event.ctrlKey || event.metaKey || event.shiftKey;
    const glass = picture.glassAt(pixel);
    const stream = glass === null ? picture.streamAt(pixel) : null;
    if (glass !== null) page.select(picture.scene.nodes.get(glass).members[0], null, more);
    else if (stream) page.select(page.network.supplier[stream.service], stream.service, more);
    else if (page.selected !== null && !more) page.select(null);
  });
  connectSearch({ page, announce });
  connectKeyboard({
    page,
    picture,
    holder,
    refresh,
    announce,
    describe,
    shiftGlass,
    leave: () => {
      hideTip();
      if (page.selected !== null) page.select(null);
      else byId("find").focus();
    },
  });
  connectPresentation({ page, picture, refresh, announce });

  // ---- buttons ------------------------------------------------------------------------------------------

  byId("fit").addEventListener("click", () => picture.fit());
  byId("clear").addEventListener("click", () => {
    byId("find").value = "";
    page.select(null);
  });
  byId("reset").addEventListener("click", () => {
    page.assumed = { transmission: null, stringency: null };
    page.measure();
    page.reset();
    page.recompute();
    panel.select();
    byId("everywhere").querySelector("input").focus();
  });
  byId("drawer").addEventListener("click", () => openDrawer(byId("drawer").getAttribute("aria-expanded") !== "true"));

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

  /** What heads a picture: the finding, or what is being tried with every change. */
  const heading = () => {
    const changes = page.period === null && page.changed() ? page.changes() : [];
    const lines = changes.length > MOST_LINES ? [...changes.slice(0, MOST_LINES), say("and_more_lines", { count: changes.length - MOST_LINES })] : changes;
    return [page.title(), ...(changes.length ? page.assumptions() : []), ...lines];
  };
  const save = (blob, ending) =>
    Saving.save(blob, `${page.fileStem()}.${ending}`, (file) => announce(say("said_saved", { file })));
  byId("png").addEventListener("click", () => picture.png(heading()).then((blob) => save(blob, "png")));
  byId("svg").addEventListener("click", () => save(new Blob([picture.svg(heading())], { type: "image/svg+xml" }), "svg"));
  byId("save-page").addEventListener("click", () =>
    save(new Blob([Saving.withState(pristine, state.write({ notes: true }))], { type: "text/html" }), "html"),
  );

  // ---- the equivalent table -------------------------------------------------------------------------

  function makeTables() {
    byId("tables").replaceChildren(
      ...Tables.both(page, (heading) => {
        makeTables();
        byId(`sort-${heading}`).focus();
      }),
    );
  }
  byId("as-table").addEventListener("click", () => {
    const wanted = byId("table").hidden;
    byId("table").hidden = !wanted;
    byId("as-table").setAttribute("aria-expanded", String(wanted));
    if (wanted) {
      makeTables();
      byId("table").focus();
      byId("table").scrollIntoView({ block: "start" });
    }
  });

  window.cxgraphView = { page, picture, panel, state, Cascade, Diagnosis };
  paint(prefersDark.matches);
  show();
  picture.fit();
})();
/** Changes that head a saved picture. */
const MOST_LINES = 12;
