/** A strip beside the text: longer bars where more is flagged. For the pointer; keys have Previous and Next. */

import { make } from "./dom.js";

const MAX_CELLS = 80;
const CELL_PX = 12;
/** So many highlights fill a cell's width. */
const FULL = 4;

/**
 * @param {number} height of the text as it is laid out, in pixels.
 * @param {{top: number, bottom: number, marks: object[]}[]} places where highlights stand in it.
 * @param {(id: string) => {group: string}} known tells of a feature.
 * @param {(top: number) => void} goTo
 */
export function drawStrip(height, places, known, goTo) {
  const count = Math.max(1, Math.min(MAX_CELLS, Math.round(height / CELL_PX)));
  const size = Math.max(1, height / count);
  const cells = Array.from({ length: count }, () => new Set());
  for (const { top, bottom, marks } of places) {
    const last = Math.min(count - 1, Math.floor((bottom - 1) / size));
    for (let index = Math.floor(top / size); index <= last; index += 1) for (const mark of marks) cells[index].add(mark);
  }
  return cells.map((marks, index) => drawCell([...marks], known, () => goTo(index * size)));
}

function drawCell(marks, known, onclick) {
  const scale = Math.min(1, marks.length / FULL) / Math.max(1, marks.length);
  const bars = ["sourcing", "technique"].map((group) => {
    const bar = make("i", { class: group });
    bar.style.width = `${marks.filter((mark) => known(mark.feature).group === group).length * scale * 100}%`;
    return bar;
  });
  return make("div", { class: marks.length ? "cell" : "cell empty", onclick }, bars);
}
