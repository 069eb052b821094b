/*
 * The questionnaire in the browser: one page at a time, a draft that stays in the browser, one file that is saved.
 * It asks nobody for anything: what is typed leaves the page only in the file that the reader saves and sends.
 */
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const texts = data.texts;
  const form = document.getElementById("form");
  const pages = [...document.querySelectorAll(".page")];
  const byId = (id) => document.getElementById(id);
  const place = `cxgraph:${data.form}:${data.version}`;
  let page = 0;
  let draft = read() || { respondent: newCode(), answers: {} };

  function fill(template, fields) {
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
  }

  /**
   * A code that tells two copies of one person's answers from two people's; it says nothing of the person. Its letter in
   * front keeps spreadsheets from taking it for a number and rounding it.
   */
  function newCode() {
    const bytes = crypto.getRandomValues(new Uint8Array(6));
    return `r${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(place));
      return kept && typeof kept.respondent === "string" && kept.answers ? kept : null;
    } catch {
      return null; // storage that is switched off or holds something else: the page starts empty, and says so
    }
  }

  function keep() {
    try {
      localStorage.setItem(place, JSON.stringify(draft));
      byId("draft").textContent = texts.draft;
    } catch {
      byId("draft").textContent = texts.no_draft;
      byId("forget").hidden = true;
    }
  }

  function names() {
    return [...new Set([...form.elements].map((element) => element.name).filter(Boolean))];
  }

  function show() {
    for (const name of names()) {
      const field = form.elements[name];
      field.value = draft.answers[name] ?? "";
    }
    for (const radio of form.querySelectorAll("input[type=radio]")) {
      radio.checked = draft.answers[radio.name] === radio.value;
    }
  }

  function gather() {
    const answers = {};
    for (const name of names()) {
      const value = form.elements[name].value;
      if (value !== "") answers[name] = value;
    }
    draft = { ...draft, answers };
  }

  const asked = () => names().filter((name) => /^(expectation|fulfilment|importance|serves)_/.test(name));
  const missing = () => asked().filter((name) => !(name in draft.answers)).length;

  function turn(to, focus) {
    page = Math.min(Math.max(to, 0), pages.length - 1);
    pages.forEach((section, at) => {
      section.hidden = at !== page;
    });
    byId("back").disabled = page === 0;
    byId("next").hidden = page === pages.length - 1;
    byId("finish").hidden = page !== pages.length - 1;
    tellProgress();
    if (focus) pages[page].querySelector("h2").focus();
  }

  function tellProgress() {
    const all = asked().length;
    byId("progress").textContent = fill(texts.answered, { done: all - missing(), all });
  }

  /** "Cannot say" is an answer to the page and none to the organisation. */
  const unsaid = (step, value) => value === "unknown" && step !== "formal" && step !== "relational";

  /** One record for each item that was answered at all, with what it is about. */
  function records() {
    return data.items
      .map((item) => {
        const answer = { ...item };
        delete answer.key;
        for (const step of data.steps) {
          const value = draft.answers[`${step}_${item.key}`];
          if (value !== undefined && value.trim() !== "" && !unsaid(step, value)) answer[step] = value;
        }
        return answer;
      })
      .filter((answer) => data.steps.some((step) => step in answer));
  }

  function head(saved) {
    return {
      cxgraph_form: data.format,
      form: data.form,
      version: data.version,
      digest: data.digest,
      what: data.what,
      organization: data.organization,
      language: data.language,
      scale: data.scale,
      answered_by: data.answered_by,
      respondent: draft.respondent,
      saved,
      comment: draft.answers.comment ?? "",
    };
  }

  /** A cell of a CSV file; what a spreadsheet would take for a formula gets an apostrophe, which reading back drops. */
  function cell(value) {
    const text = value === undefined || value === null ? "" : String(value);
    const safe = /^'*[=+\-@\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
    return /[",;\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }

  function asCsv(saved) {
    const { comment, scale, ...given } = head(saved);
    const kinds = Object.fromEntries(data.places.map((found) => [found.id, found]));
    const rows = records().map((answer) => ({
      ...given,
      scale_bottom: scale[0],
      scale_top: scale[1],
      ...answer,
      supplier_name: kinds[answer.supplier].name,
      supplier_kind: kinds[answer.supplier].kind,
      client_name: kinds[answer.client].name,
      client_kind: kinds[answer.client].kind,
      comment,
    }));
    const columns = [
      ...Object.keys(given), "scale_bottom", "scale_top", "supplier", "supplier_name", "supplier_kind", "client",
      "client_name", "client_kind", "service", "kind", ...data.steps, "comment",
    ];
    // Nothing but a comment, or nothing at all, is still an answer that somebody sent.
    const kept = rows.length ? rows : [{ ...given, scale_bottom: scale[0], scale_top: scale[1], comment }];
    const lines = [columns, ...kept.map((row) => columns.map((column) => row[column]))];
    return `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  function asJson(saved) {
    return `${JSON.stringify({ ...head(saved), places: data.places, answers: records() }, null, 1)}\n`;
  }

  function save(ending, type, write) {
    gather();
    keep();
    const name = `${data.file}-${draft.respondent.slice(0, 7)}.${ending}`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([write(new Date().toISOString().slice(0, 19) + "Z")], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    byId("said").textContent = fill(texts.saved, { file: name, missing: missing() });
  }

  form.addEventListener("input", () => {
    gather();
    keep();
    tellProgress();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("back").addEventListener("click", () => turn(page - 1, true));
  byId("next").addEventListener("click", () => turn(page + 1, true));
  byId("save-csv").addEventListener("click", () => save("csv", "text/csv", asCsv));
  byId("save-json").addEventListener("click", () => save("json", "application/json", asJson));
  byId("forget").addEventListener("click", () => {
    draft = { respondent: newCode(), answers: {} };
    show();
    try {
      localStorage.removeItem(place);
    } catch {
      byId("draft").textContent = texts.no_draft;
    }
    byId("said").textContent = texts.forgotten;
    turn(0, true);
  });
  show();
  keep();
  turn(0, false);
})();
