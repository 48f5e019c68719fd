/** Who speaks in a document, and how much of it has a source. */

import { overlaps } from "./decide.js";

const joined = (text, pieces) => pieces.map(([start, end]) => text.slice(start, end)).join(" … ");

/** The words of pieces, or an empty string where there are none. */
export const wordsOf = (text, pieces) => (pieces ? joined(text, pieces).replace(/\s+/g, " ").trim() : "");

/**
 * The sources by how often they speak.
 * @returns {{name: string, count: number, official: boolean}[]} an empty name: no source was found.
 */
export function speakers(text, attributions, marks) {
  const official = marks.filter((mark) => mark.feature === "state_official_narrative");
  const found = new Map();
  for (const attribution of attributions) {
    const name = wordsOf(text, attribution.source);
    const entry = found.get(name.toLowerCase()) ?? { name, count: 0, official: false };
    entry.count += 1;
    const pieces = [...attribution.source, ...attribution.content].map(([start, end]) => ({ start, end }));
    entry.official ||= official.some((mark) => pieces.some((piece) => overlaps(mark, piece)));
    found.set(name.toLowerCase(), entry);
  }
  return [...found.values()].sort((one, other) => other.count - one.count || one.name.localeCompare(other.name));
}

/** Sentences by whether somebody is named for what they say. */
export function claims(passages, attributions) {
  const counts = { attributed: 0, sourceless: 0, narrated: 0 };
  const contents = attributions.flatMap(({ source, content }) =>
    content.map(([start, end]) => ({ start, end, named: source.length > 0 })),
  );
  for (const passage of passages) {
    const within = contents.filter((content) => overlaps(passage, content));
    if (!within.length) counts.narrated += 1;
    else if (within.some((content) => content.named)) counts.attributed += 1;
    else counts.sourceless += 1;
  }
  return counts;
}
