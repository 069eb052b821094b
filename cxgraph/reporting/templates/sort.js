"use strict";
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
