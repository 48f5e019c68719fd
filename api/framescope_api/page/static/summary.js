/** The summary of one document, or of two side by side. */

import { make } from "./dom.js";
import { claims, speakers } from "./sources.js";
import { number, percent, plural, score } from "./words.js";

/** @param {object[]} shown each with label, text, found (the answer) and decided. */
export function drawSummary(shown, catalogue, thresholds) {
  return [
    make("section", { class: "block", "aria-labelledby": "table-title" },
      make("h2", { id: "table-title" }, "By feature"),
      featureTable(shown, catalogue, thresholds)),
    ...shown.map((document) => drawSpeakers(document, shown.length > 1)),
  ];
}

function featureTable(shown, catalogue, thresholds) {
  const ids = [...catalogue.keys()].filter((id) => shown.some(({ decided }) => decided.features.has(id)));
  const flagged = ids.filter((id) => shown.some(({ decided }) => decided.features.get(id)?.flagged));
  const rest = ids.filter((id) => !flagged.includes(id));
  const strongest = (id) => Math.max(...shown.map(({ decided }) => decided.features.get(id)?.score ?? 0));
  flagged.sort((one, other) => strongest(other) - strongest(one));
  const parts = [];
  if (flagged.length) parts.push(table(flagged, "Features that are flagged", shown, catalogue, thresholds));
  else parts.push(make("p", {}, "No feature is flagged at this threshold."));
  if (rest.length) {
    parts.push(make("details", {}, make("summary", {}, `${plural(rest.length, "feature")} not flagged`),
      table(rest, "Features that are not flagged", shown, catalogue, thresholds)));
  }
  return make("div", {}, ...parts);
}

function table(ids, caption, shown, catalogue, thresholds) {
  const many = shown.length > 1;
  const heads = shown.flatMap(({ label }) => [`${many ? `${label}: ` : ""}score`, `${many ? `${label}: ` : ""}sentences flagged`]);
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    make("table", {},
      make("caption", { class: "visually-hidden" }, caption),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Feature"), ...heads.map((head) => make("th", { scope: "col", class: "figure" }, head)))),
      make("tbody", {}, ...ids.map((id) => make("tr", {}, nameCell(catalogue.get(id), thresholds.get(id)), ...shown.flatMap(({ decided }) => figures(decided, id)))))));
}

function nameCell(feature, threshold) {
  const reliable = feature.measured?.reliability === "measured";
  return make("th", { scope: "row" },
    make("a", { href: `/features/${feature.id}` }, feature.name),
    make("span", { class: "feature-facts" },
      make("span", { class: `tag ${reliable ? "tag-good" : "tag-weak"}` }, feature.measured?.reliability ?? "not known"),
      make("span", { class: "note" }, ` flagged from ${score(threshold ?? 1)}`)));
}

function figures(decided, id) {
  const found = decided.features.get(id);
  if (!found) return [make("td", { class: "figure" }, "–"), make("td", { class: "figure" }, "–")];
  const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("i", {}));
  bar.firstChild.style.width = percent(found.score).replace(" ", "");
  return [
    make("td", { class: "figure" }, bar, score(found.score)),
    make("td", { class: "figure" }, `${number(found.flagged)} of ${number(decided.passages.length)} `, make("span", { class: "note" }, `(${percent(found.share)})`)),
  ];
}

function drawSpeakers({ label, text, found, decided, name }, many) {
  const attributions = found.attributions ?? [];
  const who = speakers(text, attributions, decided.marks);
  const { attributed, sourceless, narrated } = claims(decided.passages, attributions);
  const title = `speakers-${name}`;
  return make("section", { class: "block", "aria-labelledby": title },
    make("h2", { id: title }, many ? `Who speaks: ${label}` : "Who speaks"),
    make("p", {}, `${plural(attributed, "sentence")} with a source, ${number(sourceless)} reported without one, ${number(narrated)} in the writer’s own voice.`),
    proportions([["attributed", attributed], ["sourceless", sourceless], ["narrated", narrated]]),
    who.length ? make("ul", { class: "speakers" }, ...who.map(drawSpeaker)) : make("p", { class: "note" }, "No reported or quoted speech was found."));
}

function drawSpeaker({ name, count, official }) {
  return make("li", {},
    make("span", { class: name ? "speaker" : "speaker nobody" }, name || "no source found"),
    official ? make("span", { class: "tag tag-sourcing" }, "official line") : null,
    make("span", { class: "count" }, `${number(count)}×`));
}

function proportions(parts) {
  const bar = make("div", { class: "proportions", "aria-hidden": "true" });
  for (const [kind, count] of parts.filter(([, count]) => count)) {
    const part = make("i", { class: kind });
    part.style.flexGrow = String(count);
    bar.append(part);
  }
  return bar;
}
