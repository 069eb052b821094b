"use strict";
/* A link to a closed section opens it. */
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const details = target && target.querySelector(":scope > details");
  if (details) details.open = true;
};
addEventListener("hashchange", reveal);
reveal();
/* Headings become buttons that sort their table: numbers by value, texts by the page's language, unknown last. */
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  heads.forEach((head, place) => {
    // No <button>: Chromium does not print one in a head that is repeated on the next page.
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("number");
      const first = numeric ? "descending" : "ascending";
      const now = head.getAttribute("aria-sort");
      const order = now === null ? first : now === "ascending" ? "descending" : "ascending";
      const sign = order === "ascending" ? 1 : -1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const rows = [...body.rows].map((row) => [row, row.cells[place].dataset.value, row.cells[place].textContent]);
      rows.sort((a, b) => {
        if (!numeric) return sign * compare(a[2], b[2]);
        if (a[1] === undefined || b[1] === undefined) return (a[1] === undefined) - (b[1] === undefined);
        return sign * (Number(a[1]) - Number(b[1]));
      });
      body.append(...rows.map((entry) => entry[0]));
    });
  });
}
/* Tables can be filtered by what their rows say, and saved as CSV: numbers to their last digit, no formula. */
const told = document.body.dataset;
const cellText = (cell) => {
  const value = cell.dataset.value;
  if (value !== undefined) return told.decimal === "," ? value.replace(".", ",") : value;
  const text = cell.textContent.trim();
  return /^[=+\-@\t\r]/.test(text) && text.length > 1 ? `'${text}` : text;
};
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
for (const table of document.querySelectorAll("table.sortable")) {
  const bar = document.createElement("div");
  bar.className = "tools";
  if (table.tBodies[0].rows.length > 7) {
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = told.filter;
    field.setAttribute("aria-label", `${told.filter}: ${table.caption.textContent}`);
    field.addEventListener("input", () => {
      const wanted = field.value.toLocaleLowerCase();
      for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
    });
    bar.append(field);
  }
  const save = document.createElement("button");
  save.type = "button";
  save.textContent = told.save;
  save.setAttribute("aria-label", `${told.save}: ${table.caption.textContent}`);
  save.addEventListener("click", () => {
    const rows = [...table.rows].filter((row) => !row.hidden);
    const mark = told.decimal === "," ? ";" : ",";
    const lines = rows.map((row) => [...row.cells].map((cell) => quoted(cellText(cell))).join(mark));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
    link.download = `${table.closest("section").id}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  bar.append(save);
  table.parentElement.before(bar);
}
