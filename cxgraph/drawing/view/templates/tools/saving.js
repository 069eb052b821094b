/* Files that the page makes: pictures, scenarios, tables, and itself with what is seen and noted. */
"use strict";
const Saving = (() => {
  function save(blob, name, announce) {
    const url = URL.createObjectURL(blob);
    Words.element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    announce(name);
  }

  /** A cell that no spreadsheet takes for a formula. */
  const cell = (value, mark) => {
    const text = typeof value === "number" ? String(value).replace(".", mark) : String(value);
    const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /["\n\r,;]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };

  /** Rows as CSV that the spreadsheets of the page's language open in columns. */
  function csv(head, lines, decimal) {
    const between = decimal === "," ? ";" : ",";
    const written = [head, ...lines].map((line) => line.map((value) => cell(value, decimal)).join(between));
    return `\ufeff${written.join("\r\n")}\r\n`;
  }

  /** The page as it was when it was opened, with a state in it: scripts and styles keep their hashes. */
  function withState(pristine, text) {
    const safe = JSON.stringify(text).replace(
      /[<>&\u2028\u2029]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    return pristine.replace(/(<script type="application\/json" id="saved">)[^<]*/, (_, start) => start + safe);
  }

  return { save, csv, withState };
})();
