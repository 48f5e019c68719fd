/** What is shown, as files of the reader's own. */

import { wordsOf } from "./sources.js";

const COLUMNS = [
  "document", "feature", "group", "start", "end", "words", "score", "sentence_score", "threshold", "mode", "voice", "source", "cue", "sentence",
];

/** Everything, with the thresholds in force and the text that the offsets (UTF-16 units) point into. */
export function toJson({ model, shown, thresholds, settings }) {
  const documents = shown.map(({ label, text, found, decided }) => ({
    label,
    text,
    language: found.language,
    scores: Object.fromEntries([...decided.features].map(([id, of]) => [id, { score: of.score, flagged: of.flagged > 0, share: of.share }])),
    passages: decided.passages,
    spans: found.spans,
    attributions: found.attributions,
    skipped: found.skipped,
  }));
  const inForce = Object.fromEntries(thresholds);
  const { shift, excludeQuoted } = settings;
  return JSON.stringify({ model, offsets: "utf16", thresholds: inForce, shift, exclude_quoted: excludeQuoted, documents }, null, 2);
}

/** One row for each highlight that is shown. */
export function toCsv({ shown, thresholds, settings, catalogue }) {
  const rows = shown.flatMap((document) =>
    document.decided.marks
      .filter((mark) => !settings.hidden.has(mark.feature))
      .map((mark) => rowOf(mark, document, thresholds, catalogue)),
  );
  // The mark at its head lets spreadsheets see that it is UTF-8.
  return `\ufeff${[COLUMNS, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function rowOf(mark, { label, text, decided }, thresholds, catalogue) {
  const sentence = decided.passages.find((passage) => passage.end > mark.start);
  return [
    label, mark.feature, catalogue.get(mark.feature).group, mark.start, mark.end, text.slice(mark.start, mark.end), mark.score, mark.passageScore,
    thresholds.get(mark.feature), mark.mode ?? "", mark.evidence?.voice ?? "", wordsOf(text, mark.evidence?.source), wordsOf(text, mark.evidence?.cue),
    sentence ? text.slice(sentence.start, sentence.end) : "",
  ];
}

function cell(value) {
  let text = String(value ?? "");
  // A spreadsheet would run what begins like this as a formula.
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function download(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
