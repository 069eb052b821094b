/* Sentences and numbers in the reader's language, and DOM elements that only ever hold text. */
"use strict";
const Words = (() => {
  function speak(texts, decimal) {
    // {count:row|rows} says the first word or words for 1, else the second, as the rest of the program does.
    const fill = (template, fields) =>
      template.replace(/\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}/g, (whole, name, one, many) => {
        if (!(name in fields)) return whole;
        const value = String(fields[name]);
        if (many === undefined) return value;
        return value === "1" ? one : many;
      });
    const say = (key, fields = {}) => {
      if (!(key in texts)) throw new Error(`no text for ${key}`);
      return fill(texts[key], fields);
    };
    const number = (value, digits = 0) => {
      const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
      const grouped = whole.replace(/\B(?=(\d{3})+$)/g, decimal === "," ? "." : ",");
      const text = rest ? grouped + decimal + rest : grouped;
      return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
    };
    const percent = (fraction, digits = 1) => `${number(100 * fraction, digits)}\u00a0%`;
    const signed = (value, digits = 0) => (value > 0 ? "+" : "") + number(value, digits);
    return { say, number, percent, signed };
  }

  /** An element with properties, attributes and children; strings become text, never markup. */
  function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    Object.entries(properties).forEach(([key, value]) => {
      if (value === null || value === undefined || value === false) return;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key === "class") made.className = value;
      else if (key === "style")
        Object.entries(value).forEach(([name, given]) => made.style.setProperty(name, given));
      else made.setAttribute(key, value === true ? "" : value);
    });
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /** Break a name into at most two lines and shorten what does not fit; never inside a surrogate pair. */
  function lines(name, most = 17) {
    const cut = (text) => {
      const letters = Array.from(text);
      return letters.length > most
        ? `${letters
            .slice(0, most - 1)
            .join("")
            .trimEnd()}…`
        : text;
    };
    if (Array.from(name).length <= most) return [name];
    const words = name.split(/\s+/);
    let first = "";
    while (words.length && Array.from(`${first} ${words[0]}`.trim()).length <= most)
      first = `${first} ${words.shift()}`.trim();
    if (!first) {
      const letters = Array.from(words.shift());
      first = letters.slice(0, most - 1).join("");
      words.unshift(letters.slice(most - 1).join(""));
      first += "-";
    }
    return words.length ? [first, cut(words.join(" "))] : [first];
  }

  /** Lower case without accents, for searching. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  return { speak, element, lines, fold };
})();
