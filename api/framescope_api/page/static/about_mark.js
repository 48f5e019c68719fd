/** What the card says of a highlight. */

import { make } from "./dom.js";
import { wordsOf } from "./sources.js";
import { modeInWords, reliabilityInWords, score, scoreInWords, voiceInWords } from "./words.js";

/**
 * @param {object} mark as `decide` yields it.
 * @param {string} text the document's.
 * @param {object} known the feature: name, group, definition, threshold, and what was measured of it.
 * @param {Node|null} verdict the buttons to agree and to disagree, where corrections are kept.
 */
export function aboutMark(mark, text, known, verdict) {
  const facts = [
    ["Score", `${scoreInWords(mark.score)}, ${score(mark.score)}`],
    ["Sentence", `${score(mark.passageScore)}; flagged from ${score(known.threshold)}`],
  ];
  if (mark.whole) facts.push(["Words", "the sentence as a whole; no words were singled out"]);
  if (mark.mode) facts.push(["Mode", modeInWords(mark.mode)]);
  if (mark.evidence) facts.push(["Voice", voiceInWords(mark.evidence.voice)], ["Vouched for by", vouching(mark, text)]);
  facts.push(["Reliability", reliabilityInWords(known.measured)]);
  return make(
    "section",
    { class: `about ${known.group}` },
    make("p", { class: "kicker" }, known.group === "sourcing" ? "Sourcing" : "Persuasion technique"),
    make("h3", {}, make("span", { class: `u u-${mark.feature}` }, known.name)),
    make("p", { class: "definition" }, known.definition),
    make("dl", {}, ...facts.map(([term, told]) => make("div", {}, make("dt", {}, term), make("dd", {}, told)))),
    make("p", { class: "more" }, make("a", { href: `/features/${mark.feature}` }, `More about: ${known.name}`)),
    verdict,
  );
}

function vouching(mark, text) {
  const source = wordsOf(text, mark.evidence.source);
  const cue = wordsOf(text, mark.evidence.cue);
  if (!source && !cue) return "no source was found";
  const parts = [];
  if (source) parts.push(make("span", { class: "vouch-source" }, source));
  if (source && cue) parts.push(" · ");
  if (cue) parts.push(make("span", { class: "vouch-cue" }, cue));
  if (!source) parts.push(" (no source was found)");
  return make("span", {}, ...parts);
}
