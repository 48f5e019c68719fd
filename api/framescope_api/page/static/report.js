/** A report in one HTML file that needs nothing else: no script, no request. */

import { make } from "./dom.js";
import { drawReading } from "./reading.js";
import { claims, speakers, wordsOf } from "./sources.js";
import { modeInWords, percent, plural, reliabilityInWords, score, scoreInWords, voiceInWords } from "./words.js";

const SHEETS = ["/assets/base.css", "/assets/highlights.css", "/assets/report.css"];

/**
 * The report's source.
 * @throws {Error} the style sheets cannot be read, since the service is gone.
 */
export async function toReport({ model, shown, thresholds, settings, catalogue }) {
  const styles = await Promise.all(SHEETS.map(readSheet));
  const report = document.implementation.createHTMLDocument("framescope report");
  report.documentElement.lang = "en";
  report.head.append(
    make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    make("meta", { name: "color-scheme", content: "light dark" }),
  );
  report.head.prepend(make("meta", { charset: "utf-8" }));
  report.body.append(make("main", {},
    make("h1", {}, "Framing report"),
    make("p", {}, `Model ${model.name} ${model.version}, revision ${model.revision}. Written on ${new Date().toISOString().slice(0, 10)}.`),
    make("p", {}, "A score is a probability that a careful reader would mark the feature there. It says nothing about truth, intent or side, and is no ground for a decision without a person reading the text."),
    make("p", {}, settings.shift ? `The model’s thresholds were moved by ${settings.shift} in log-odds.` : "The thresholds are the model’s own."),
    ...shown.map((document) => section(document, thresholds, settings, catalogue))));
  // Put in as source: as an element it would be held to this page's own policy.
  const source = report.documentElement.outerHTML.replace("</head>", () => `<style>\n${styles.join("\n")}</style></head>`);
  return `<!doctype html>\n${source}\n`;
}

async function readSheet(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error("the report's style sheets cannot be read");
  return response.text();
}

function section({ label, text, found, decided }, thresholds, settings, catalogue) {
  const marks = decided.marks.filter((mark) => !settings.hidden.has(mark.feature));
  const { nodes } = drawReading(text, marks, [], found.skipped, (id) => catalogue.get(id));
  nodes.forEach(standStill);
  const who = speakers(text, found.attributions ?? [], decided.marks);
  const { attributed, sourceless, narrated } = claims(decided.passages, found.attributions ?? []);
  const flagged = [...decided.features].filter(([, of]) => of.flagged).sort(([, one], [, other]) => other.score - one.score);
  return make("section", {},
    make("h2", {}, label),
    make("div", { class: "reading" }, ...nodes),
    make("h3", {}, "By feature"),
    listTable(["Feature", "Score", "Sentences flagged", "Threshold", "Reliability"], flagged.map(([id, of]) => [
      catalogue.get(id).name, score(of.score), `${of.flagged} of ${decided.passages.length} (${percent(of.share)})`, score(thresholds.get(id)), reliabilityInWords(catalogue.get(id).measured),
    ])),
    make("h3", {}, "Highlights"),
    listTable(["Words", "Feature", "Score", "Voice and mode", "Vouched for by"], marks.map((mark) => [
      text.slice(mark.start, mark.end).trim(), catalogue.get(mark.feature).name, `${scoreInWords(mark.score)}, ${score(mark.score)}`,
      [mark.evidence && voiceInWords(mark.evidence.voice), mark.mode && modeInWords(mark.mode)].filter(Boolean).join("; ") || "–",
      [wordsOf(text, mark.evidence?.source), wordsOf(text, mark.evidence?.cue)].filter(Boolean).join(" · ") || "no source was found",
    ])),
    make("h3", {}, "Who speaks"),
    make("p", {}, `${plural(attributed, "sentence")} with a source, ${sourceless} reported without one, ${narrated} in the writer’s own voice.`),
    make("ul", {}, ...who.map(({ name, count, official }) => make("li", {}, `${name || "no source found"}: ${count}${official ? " (official line)" : ""}`))));
}

/** Without a script nothing opens, so nothing may look as if it did. */
function standStill(node) {
  if (node.getAttribute("role") !== "button") return;
  node.title = node.getAttribute("aria-label");
  for (const name of ["role", "tabindex", "aria-haspopup", "aria-label"]) node.removeAttribute(name);
}

const listTable = (heads, rows) =>
  rows.length
    ? make("table", {},
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((told) => make("td", {}, told))))))
    : make("p", {}, "None.");
