/* Undo, redo and the address: every step is a text of State, and the address always shows the last one. */
"use strict";
function connectHistory({ page, state, show, announce }) {
  const { say } = page.words;
  const undo = document.getElementById("undo");
  const redo = document.getElementById("redo");
  // A page inside another one has no address of its own to write to.
  const addressed = location.protocol === "file:" || location.protocol.startsWith("http");
  const steps = [state.write({ notes: true })];
  let at = 0;
  let waiting = 0;

  function mark() {
    undo.disabled = at === 0;
    redo.disabled = at === steps.length - 1;
    if (!addressed) return;
    const text = state.write({ notes: false });
    const hash = text === "" ? "" : `#${encodeURIComponent(text)}`;
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }

  function record() {
    clearTimeout(waiting);
    waiting = 0;
    const text = state.write({ notes: true });
    if (text !== steps[at]) {
      steps.splice(at + 1, Infinity, text);
      at += 1;
    }
    mark();
  }

  /** Note a step soon: a slider that is being moved is one step, not hundreds. */
  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(record, 250);
  }

  function go(step) {
    if (waiting) record();
    if (!(at + step in steps)) return;
    at += step;
    state.read(steps[at], { notes: true });
    show();
    mark();
    announce(say(step < 0 ? "said_undone" : "said_redone"));
    const { activeElement } = document;
    if (activeElement === document.body || activeElement.disabled) document.getElementById("picture").focus();
  }

  undo.addEventListener("click", () => go(-1));
  redo.addEventListener("click", () => go(1));
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    if (event.target.matches("textarea, input[type=text]")) return; // there it undoes typing
    event.preventDefault();
    go(key === "y" || event.shiftKey ? 1 : -1);
  });
  addEventListener("hashchange", () => {
    if (state.read(readAddress(), { notes: false })) show();
    record();
  });
  mark();
  return later;
}

/** The state that the address holds; "" where it holds none. */
function readAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}
