/* Long columns of numbers as bytes: a third of their size as text. See cxgraph.drawing.view.packing. */
"use strict";
const Packing = (() => {
  const KINDS = { u1: Uint8Array, u2: Uint16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };

  function unpack(packed) {
    if (packed === null || Array.isArray(packed)) return packed;
    if (packed.values) return Array.from(unpack(packed.index), (at) => packed.values[at]);
    if (packed.counts) return unpack(packed.counts).flatMap((count, value) => Array(count).fill(value));
    const bytes = Uint8Array.from(atob(packed.base64), (letter) => letter.charCodeAt(0));
    const numbers = Array.from(new KINDS[packed.kind](bytes.buffer));
    return packed.kind[0] === "f" ? numbers.map((value) => (Number.isNaN(value) ? null : value)) : numbers;
  }

  return { unpack };
})();
