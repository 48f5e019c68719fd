/** Draws a text with its highlights. */

import { runsOf } from "./decide.js";
import { make } from "./dom.js";

/** Deeper nesting than this is drawn like the last. */
const MAX_DEPTH = 4;

/**
 * @param {object[]} marks as `decide` yields them, filtered.
 * @param {object[]} evidence stretches to mark later, such as sources and cues.
 * @param {object[]} skipped stretches that were not scored.
 * @param {(id: string) => {name: string, group: string}} known tells of a feature.
 * @returns {{nodes: Node[], runs: {start: number, end: number, element: HTMLElement, marks: object[]}[]}}
 */
export function drawReading(text, marks, evidence, skipped, known) {
  const nodes = [];
  const runs = [];
  for (const run of runsOf(text.length, marks, [...evidence, ...skipped])) {
    const words = text.slice(run.start, run.end);
    const element = run.marks.length ? highlight(words, run, known) : plain(words, run, skipped);
    nodes.push(element);
    runs.push({ ...run, element });
  }
  return { nodes, runs };
}

function plain(words, run, skipped) {
  const out = skipped.some((stretch) => stretch.start <= run.start && run.end <= stretch.end);
  return make("span", out ? { class: "skipped", title: "Not scored: it does not belong to the article" } : {}, words);
}

function highlight(words, run, known) {
  const marks = [...run.marks].sort((one, other) => other.end - other.start - (one.end - one.start));
  let inner = words;
  marks.slice(0, MAX_DEPTH).forEach((mark, depth) => {
    inner = make("span", { class: `u u-${mark.feature} depth-${depth}` }, inner);
  });
  const families = [...new Set(marks.map((mark) => known(mark.feature).group))];
  const names = [...new Set(marks.map((mark) => known(mark.feature).name))].join(", ");
  const wordless = !words.trim();
  return make(
    "mark",
    {
      class: `hl ${families.length > 1 ? "both" : families[0]}${marks.every((mark) => mark.whole) ? " whole" : ""}`,
      role: wordless ? null : "button",
      // One stop for each highlight: where it starts. The rest of it is reached with the pointer.
      tabindex: wordless ? null : marks.some((mark) => mark.start === run.start) ? 0 : -1,
      "aria-haspopup": wordless ? null : "dialog",
      "aria-label": wordless ? null : `${words.trim()}: ${names}`,
    },
    inner,
  );
}
