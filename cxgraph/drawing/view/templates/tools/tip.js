/* What stands beside the pointer: the figures of a glass or of a stream that the picture does not show. */
"use strict";
const Tip = (() => {
  const { element } = Words;
  const lines = (title, facts) => [
    element("strong", {}, title),
    ...facts.map(([name, value]) => element("span", { class: "fact" }, element("span", {}, name), element("span", { class: "figure" }, value))),
  ];

  function ofGlass(page, node) {
    const { say, percent, number } = page.words;
    const [id] = node.members;
    if (node.members.length > 1) return ofGroup(page, node);
    const facts = [[say("tip_tier"), page.tierOf(id)]];
    if (page.hidesDepartment(id)) return lines(page.departments.names[id], [...facts, [say("tip_level"), say("withheld")]]);
    const level = page.levelOf([id]);
    facts.push([say("tip_role"), page.roleOf(id)], [say("tip_level"), level === null ? "–" : percent(level)]);
    facts.push([say("tip_causes"), page.shareText(id)]);
    facts.push([say("tip_passes"), percent(page.share(Math.max(page.throughOf(id) - page.caused[id], 0)))]);
    const answers = Cascade.servicesOf(page.index.received, id).reduce((sum, e) => sum + (page.answers[e] || 0), 0);
    if (answers) facts.push([say("tip_answers_given"), number(answers)]);
    if (page.notes.has(id)) facts.push([say("tip_note"), page.notes.get(id)]);
    return lines(page.departments.names[id], facts);
  }

  function ofGroup(page, node) {
    const { say, percent, number } = page.words;
    const level = page.levelOf(node.members);
    const caused = node.members.reduce((sum, id) => sum + (page.hidesDepartment(id) ? 0 : page.caused[id]), 0);
    return lines(say("others", { count: number(node.members.length) }), [
      [say("tip_tier"), page.tierOf(node.members[0])],
      [say("tip_level"), level === null ? "–" : percent(level)],
      [say("tip_causes"), percent(page.share(caused))],
    ]);
  }

  function ofStream(page, stream) {
    const { say, percent, number } = page.words;
    if (stream.services.length > 1) {
      const shown = stream.services.filter((e) => !page.hidesService(e));
      const caused = shown.reduce((sum, e) => sum + page.now.contribution[e], 0);
      return lines(say("tip_bundle", { count: number(stream.services.length) }), [[say("tip_causes"), percent(page.share(caused))]]);
    }
    const e = stream.service;
    if (page.hidesService(e)) return lines(page.serviceName(e), [[say("tip_level"), say("withheld")]]);
    const expected = page.expectationOf(e);
    const facts = [
      [say("tip_got"), expected === null ? number(page.levelNow(e), 1) : say("got_of", { got: number(page.levelNow(e), 1), expected: number(expected, 1) })],
      [say("column_verdict"), page.verdictOf(e)],
      [say("tip_causes"), percent(page.share(page.now.contribution[e]))],
      [say("column_own"), percent(page.now.own[e])],
      [say("column_inherited"), percent(page.now.lacks[e] - page.now.own[e])],
    ];
    const evidence = page.evidenceOf(e);
    if (evidence) facts.push([say("tip_data"), evidence]);
    return lines(page.serviceName(e), facts);
  }

  return { ofGlass, ofStream };
})();

/** Show the tip where the pointer rests; screen readers hear the same in the panel. */
function connectTip({ page, picture, holder, pixelOf }) {
  const tip = document.getElementById("tip");
  tip.setAttribute("aria-hidden", "true");
  holder.addEventListener("pointermove", (event) => {
    if (event.buttons || event.pointerType === "touch") {
      tip.hidden = true;
      return;
    }
    const pixel = pixelOf(event);
    const glass = picture.glassAt(pixel);
    const stream = glass === null ? picture.streamAt(pixel) : null;
    tip.hidden = glass === null && stream === null;
    holder.style.cursor = tip.hidden ? "grab" : "pointer";
    if (tip.hidden) return;
    tip.replaceChildren(
      ...(glass === null ? Tip.ofStream(page, stream) : Tip.ofGlass(page, picture.scene.nodes.get(glass))),
    );
    // Beside what it tells of, on the side with room: it must not cover the name.
    const { clientWidth, clientHeight } = holder;
    tip.style.left = `${pixel.x + 24 + tip.offsetWidth > clientWidth ? Math.max(pixel.x - tip.offsetWidth - 16, 0) : pixel.x + 24}px`;
    tip.style.top = `${Math.max(Math.min(pixel.y - 20, clientHeight - tip.offsetHeight), 0)}px`;
  });
  holder.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  return () => {
    tip.hidden = true;
  };
}
