/* How everything in the picture is to look at the moment: strengths, fills, dark layers and the words under glasses. */
"use strict";
class Look {
  constructor(page) {
    this.page = page;
    this.names = page.departments.names.map((name) => Words.lines(name));
  }

  /** What the picture takes over; see Picture.refresh. */
  of(scene, focused) {
    const { page } = this;
    this.ways = page.keptServices();
    this.badges = page.costliest(MOST_BADGES);
    this.kept = new Set(page.selection);
    if (this.ways)
      this.ways.kept.forEach((e) => {
        this.kept.add(page.network.supplier[e]);
        this.kept.add(page.network.client[e]);
      });
    this.told = this.stories(scene);
    this.most = Math.max(1e-300, ...[...scene.nodes.values()].map((node) => this.causedBy(node)));
    return {
      strength: (stream) => this.strength(stream),
      badges: this.badges,
      of: (stream) => this.stream(stream),
      glass: (id) => this.glass(scene.nodes.get(id), focused),
    };
  }

  causedBy({ members }) {
    return members.reduce((sum, id) => sum + (this.page.hidesDepartment(id) ? 0 : this.page.caused[id]), 0);
  }

  strength(stream) {
    const { page, ways } = this;
    if (!stream.services.some((e) => page.passes(e))) return 0;
    const loose = stream.back && !page.filters.loops;
    if (ways) return stream.services.some((e) => ways.kept.has(e)) ? Scene.STRONG : loose ? 0 : Scene.FADED;
    const numbered = stream.services.some((e) => this.badges.includes(e));
    if (loose && !numbered) return 0;
    return numbered ? Scene.STRONG : Scene.CALM;
  }

  stream({ services }) {
    const { page } = this;
    const shown = services.filter((e) => !page.hidesService(e));
    const weight = shown.reduce((sum, e) => sum + page.now.serviceReach[e], 0);
    const lacks = shown.reduce((sum, e) => sum + page.now.serviceReach[e] * page.now.lacks[e], 0);
    const mean = shown.reduce((sum, e) => sum + page.now.lacks[e], 0) / Math.max(shown.length, 1);
    return { closed: !shown.length, bin: page.binOfLevel(1 - (weight > 0 ? lacks / weight : mean)) };
  }

  /**
   * Who is told as a cause and who as a victim, as in cxgraph.drawing.tower.story: the largest causes, and the emptiest
   * of those through whom customers miss mostly what started further up, and the customers on whom most falls.
   */
  stories(scene) {
    const { page } = this;
    const { say, percent } = page.words;
    const single = [...scene.nodes.values()].filter(({ members: [id], members }) => members.length === 1 && !page.hidesDepartment(id));
    const told = new Map(single.map(({ id }) => [id, []]));
    const causes = single
      .filter(({ members: [id] }) => page.share(page.caused[id]) >= LEAST_CAUSE)
      .sort((a, b) => page.caused[b.members[0]] - page.caused[a.members[0]] || a.id - b.id);
    const flow = ({ id, members: [member] }) => {
      if (page.receives[member]) told.get(id).push([say("told_receives", { share: percent(1 - page.now.received[member], 0) }), false]);
      const delivered = page.deliveredBy(member);
      if (delivered !== null) told.get(id).push([say("told_delivers", { share: percent(delivered, 0) }), false]);
    };
    causes.slice(0, MOST_TOLD).forEach((node) => {
      const share = percent(page.share(page.caused[node.members[0]]), 0);
      told.get(node.id).push([say("told_causes", { share }), true]);
      flow(node);
    });
    const emptiest = single
      .filter(({ members: [id] }) => page.now.received[id] > 0 && Cascade.servicesOf(page.index.given, id).length)
      .sort((a, b) => page.now.received[b.members[0]] - page.now.received[a.members[0]] || a.id - b.id);
    let victims = 0;
    for (const node of emptiest.slice(0, MOST_TRIED)) {
      if (victims < MOST_TOLD && page.inheritedPart(node.members[0]) >= LEAST_INHERITED) {
        victims += 1;
        if (!told.get(node.id).length) flow(node);
      }
    }
    const bearing = single
      .filter(({ members: [id] }) => page.share(page.part(id)) > 0)
      .sort((a, b) => page.part(b.members[0]) - page.part(a.members[0]) || a.id - b.id);
    bearing.slice(0, MOST_TOLD).forEach(({ id, members: [member] }) => {
      told.get(id).push([say("told_bears", { share: percent(page.share(page.part(member)), 0) }), false]);
    });
    return told;
  }

  changeText({ members: [id], members }) {
    const { page } = this;
    if (members.length > 1 || page.hidesDepartment(id)) return "";
    // A repair is compared with today; what is shown without one, with the period before.
    const repaired = page.period === null && page.changed();
    if (!repaired && !page.differences) return "";
    const moved = repaired ? 100 * (page.base.received[id] - page.now.received[id]) : page.fuller(id);
    if (moved === null || Math.abs(moved) < 0.05) return "";
    return `${moved > 0 ? "▲" : "▼"}${page.words.signed(moved, Math.abs(moved) < 0.95 ? 1 : 0)}`;
  }

  glass(node, focused) {
    const { page } = this;
    const { members } = node;
    const level = page.levelOf(members);
    const hundredths = level === null ? null : Math.min(Math.max(Math.round(100 * level), 0), 100);
    const layer = Math.round((HIGHEST_LAYER * this.causedBy(node)) / this.most);
    return {
      closed: members.every((id) => page.hidesDepartment(id)),
      hundredths,
      layer: layer < LEAST_LAYER ? 0 : Math.min(layer, hundredths === null ? 100 : hundredths),
      told: this.told.get(node.id) || [],
      change: this.changeText(node),
      lines: members.length > 1 ? [page.words.say("others", { count: page.words.number(members.length) })] : this.names[members[0]],
      noted: members.some((id) => page.notes.has(id)),
      faded: (this.ways !== null && !members.some((id) => this.kept.has(id))) || !members.some((id) => page.inFilter(id)),
      selected: members.some((id) => page.selection.includes(id)),
      cursor: focused && members.includes(page.cursor),
    };
  }
}
/** As in cxgraph.drawing.tower.story: how many are told, from which share on, and the largest cause's layer in %. */
const MOST_TOLD = 3;
const LEAST_CAUSE = 0.05;
const LEAST_INHERITED = 0.5;
const HIGHEST_LAYER = 60;
const LEAST_LAYER = 3;
/** Glasses that are looked at for victims: each takes a solution of the cascade where it stands in a loop. */
const MOST_TRIED = 12;
