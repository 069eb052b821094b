/*
 * Moving a glass to a side: dragged with a mouse or a pen, or by a finger once it is selected, or with Shift and an
 * arrow. Its height says its tier and stays.
 */
"use strict";
function connectShifts({ page, picture, holder, pixelOf, glassesMoved, announce }) {
  const { say } = page.words;
  let held = null;
  let dragged = false;

  function put(node, by) {
    const rounded = Math.round(Math.min(Math.max(by, -FARTHEST), FARTHEST));
    if (rounded === 0) page.shifts.delete(node.id);
    else page.shifts.set(node.id, rounded);
    picture.shift(page.shifts);
    glassesMoved();
  }
  const told = (node) => announce(say("said_shifted", { name: page.departments.names[node.members[0]] }), 300);

  holder.addEventListener(
    "pointerdown",
    (event) => {
      dragged = false;
      held = null;
      if (!event.isPrimary || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const id = picture.glassAt(pixelOf(event));
      const node = picture.scene.nodes.get(id);
      if (!node) return;
      // A finger moves the picture, unless it lies on the glass that was chosen.
      if (event.pointerType === "touch" && !node.members.some((member) => page.selection.includes(member))) return;
      held = { node, pointer: event.pointerId, from: event.clientX, by: page.shifts.get(id) || 0 };
      picture.network.setOptions({ interaction: { dragView: false } });
    },
    true,
  );
  addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.pointer) return;
    const way = event.clientX - held.from;
    if (!dragged && Math.abs(way) <= 5) return;
    dragged = true;
    put(held.node, held.by + way / picture.network.getScale());
  });
  ["pointerup", "pointercancel"].forEach((kind) =>
    addEventListener(kind, (event) => {
      if (!held || event.pointerId !== held.pointer) return;
      if (dragged) told(held.node);
      held = null;
      picture.network.setOptions({ interaction: { dragView: true } });
    }),
  );
  document.getElementById("unshift").addEventListener("click", () => {
    page.shifts = new Map();
    picture.shift(page.shifts);
    glassesMoved();
    announce(say("said_unshifted"));
    holder.focus();
  });

  return {
    /** Whether the last press moved a glass: then it was no click. */
    dragging: () => dragged,
    shiftGlass: (id, by) => {
      const node = picture.scene.nodes.get(picture.scene.glassOf.get(id));
      put(node, (page.shifts.get(node.id) || 0) + by);
      picture.follow(id);
      told(node);
    },
  };
}
