/** A strip beside the text: longer bars where more is flagged. For the pointer; keys have Previous and Next. */

import { make } from "./dom.js";

const MAX_CELLS = 60;
const CHARACTERS_A_CELL = 40;
/** So many highlights fill a cell's width. */
const FULL = 4;

export function drawStrip(length, marks, known, goTo) {
  const count = Math.max(1, Math.min(MAX_CELLS, Math.ceil(length / CHARACTERS_A_CELL)));
  const width = length / count;
  const cells = Array.from({ length: count }, () => ({ sourcing: 0, technique: 0 }));
  for (const mark of marks) {
    const last = Math.min(count - 1, Math.floor((mark.end - 1) / width));
    for (let cell = Math.floor(mark.start / width); cell <= last; cell += 1) cells[cell][known(mark.feature).group] += 1;
  }
  return cells.map((cell, index) => drawCell(cell, () => goTo(index * width)));
}

function drawCell(cell, onclick) {
  const total = cell.sourcing + cell.technique;
  const scale = Math.min(1, total / FULL) / Math.max(1, total);
  const bars = ["sourcing", "technique"].map((group) => {
    const bar = make("i", { class: group });
    bar.style.width = `${cell[group] * scale * 100}%`;
    return bar;
  });
  return make("div", { class: total ? "cell" : "cell empty", onclick }, bars);
}
