/** The page: brings fields, service and views together. */

import { Refused, listFeatures, scoreDocuments } from "./api.js";
import { Card } from "./card.js";
import { decide, shifted } from "./decide.js";
import { byId, make } from "./dom.js";
import { download, toCsv, toJson } from "./export.js";
import { acceptDrops, readText } from "./files.js";
import { keepKey, readKey } from "./key.js";
import { drawLegend } from "./legend.js";
import { Panel } from "./panel.js";
import { explain } from "./problems.js";
import { toReport } from "./report.js";
import { readSettings, writeSettings } from "./settings.js";
import { drawSummary } from "./summary.js";
import { verdictButtons } from "./verdict.js";
import { plural, reliabilityInWords, score } from "./words.js";

const form = byId("form");
const asksForKeys = form.dataset.asksForKeys === "true";
const keepsFeedback = form.dataset.keepsFeedback === "true";

const catalogue = readCatalogue();
let settings = readSettings(location.hash, catalogue);
let model = null;
/** Of the model whose thresholds and reliability are known. */
let knownRevision = null;
let running = null;
/** The texts that the reader declared to be English, though they seem to be something else. */
const declared = new Set();

const card = new Card(
  (anchor) => panels.forEach((panel) => panel.markEvidence(anchor)),
  () => panels.forEach((panel) => panel.unmarkEvidence()),
);
const desk = { card, catalogue, onEdit: refresh, knownOf, verdictFor };
const panels = ["a", "b"].map((name) => new Panel(name, Number(form.dataset.maxLength), desk));

function readCatalogue() {
  const items = byId("catalogue").querySelectorAll("[data-feature]");
  return new Map([...items].map((item) => {
    const { feature: id, group } = item.dataset;
    const [name, definition] = [".name", ".definition"].map((part) => item.querySelector(part).textContent);
    return [id, { id, group, name, definition, measured: null, element: item.querySelector(".reliability") }];
  }));
}

const currentKey = () => byId("key").value.trim();
const inUse = () => panels.filter((panel) => panel.name === "a" || settings.compare);
const thresholds = () =>
  new Map([...catalogue.values()].filter((of) => of.measured).map((of) => [of.id, shifted(of.measured.threshold, settings.shift)]));

function knownOf(id) {
  return { ...catalogue.get(id), threshold: thresholds().get(id) ?? 1 };
}

function verdictFor(mark, panel) {
  if (!keepsFeedback) return null;
  return verdictButtons(mark, { text: panel.scored, passages: panel.found.passages, model }, currentKey);
}

/** Thresholds and reliability; without a key, where one is asked for, they come with the first score. */
async function learnFeatures() {
  const answer = await listFeatures(currentKey());
  for (const feature of answer.features) {
    const known = catalogue.get(feature.id);
    if (!known) continue;
    known.measured = feature;
    known.element.textContent = reliabilityInWords(feature);
  }
  knownRevision = answer.model.revision;
}

// ------------------------------------------------------------------ scoring

async function scoreTexts() {
  const asked = inUse();
  clearProblem();
  const faults = asked.map((panel) => panel.fault());
  asked.forEach((panel, index) => panel.complain(faults[index]));
  const first = faults.findIndex(Boolean);
  if (first >= 0) {
    asked[first].showEditor();
    asked[first].field.focus();
    refresh();
    return;
  }
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  showProgress(true);
  try {
    await scoreInTime(asked, signal);
  } catch (error) {
    if (error.name !== "AbortError") tell(error);
  } finally {
    if (running?.signal === signal) {
      running = null;
      showProgress(false);
    }
  }
}

async function scoreInTime(asked, signal) {
  const texts = asked.map((panel) => panel.text);
  const documents = asked.map((panel, index) => ({
    id: panel.name, text: texts[index], ...(declared.has(texts[index]) ? { language: "en" } : {}),
  }));
  const answer = await scoreDocuments(documents, { exclude_quoted: settings.excludeQuoted }, currentKey(), signal);
  // A model that was exchanged meanwhile has thresholds of its own.
  if (knownRevision !== answer.model.revision) await learnFeatures();
  if (signal.aborted) return;
  model = answer.model;
  let failed = false;
  answer.documents.forEach((found, index) => {
    if (!found.error) return asked[index].take(texts[index], found);
    failed = true;
    asked[index].showEditor();
    return asked[index].complain(`${explain(new Refused(422, found.error)).title}: ${found.error.detail}.`);
  });
  refresh();
  if (failed) asked.find((panel) => !panel.found).field.focus();
  else asked[0].announceTitle();
}

function showProgress(on) {
  byId("progress").hidden = !on;
  byId("score").disabled = on;
  if (on) byId("status").textContent = "Scoring…";
  else if (byId("status").textContent === "Scoring…") byId("status").textContent = "";
}

function tell(error) {
  const { title, detail, retry, anyway, key } = explain(error);
  if (key) byId("key-field").hidden = false;
  const buttons = [];
  if (retry) buttons.push(make("button", { type: "button", id: "retry", onclick: scoreTexts }, retry));
  if (anyway) buttons.push(make("button", { type: "button", id: "anyway", onclick: declareEnglish }, "It is English: score it anyway"));
  const place = byId("problem");
  place.replaceChildren(make("h2", {}, title), make("p", {}, detail), make("div", { class: "buttons" }, ...buttons));
  place.hidden = false;
  if (key) byId("key").focus();
}

function clearProblem() {
  byId("problem").hidden = true;
  byId("problem").replaceChildren();
}

function declareEnglish() {
  for (const panel of inUse()) declared.add(panel.text);
  scoreTexts();
}

// ------------------------------------------------------------------ showing

function shownDocuments(limits) {
  return inUse().filter((panel) => panel.found).map((panel) => ({
    name: panel.name, label: panel.label, panel, text: panel.scored, found: panel.found, decided: decide(panel.found, limits),
  }));
}

function bundle() {
  const limits = thresholds();
  return { model, shown: shownDocuments(limits), thresholds: limits, settings, catalogue };
}

/** Decides and draws anew, from the scores that are here. */
function refresh() {
  card.close();
  const { shown, thresholds: limits } = bundle();
  for (const panel of panels) {
    panel.root.hidden = !inUse().includes(panel);
    if (panel.found) panel.showReading();
  }
  byId("results").hidden = !shown.length;
  document.body.classList.toggle("scored", shown.length > 0);
  document.body.classList.toggle("comparing", settings.compare);
  showShift(limits);
  if (!shown.length) return;
  const counts = new Map();
  for (const { panel, decided } of shown) {
    panel.draw(decided, settings.hidden);
    for (const mark of decided.marks) counts.set(mark.feature, (counts.get(mark.feature) ?? 0) + 1);
  }
  drawLegendInPlace(counts);
  byId("summary").replaceChildren(...drawSummary(shown, catalogue, limits));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  byId("status").textContent = `Scored: ${plural(total, "highlight")} in ${plural(shown.length, "text")}.`;
}

/** The box that had the focus has it afterwards. */
function drawLegendInPlace(counts) {
  const focused = byId("legend").contains(document.activeElement) ? document.activeElement.id : null;
  byId("legend").replaceChildren(...drawLegend(counts, settings.hidden, catalogue, filter));
  if (focused) byId(focused)?.focus();
}

function filter(ids, visible) {
  const hidden = new Set(settings.hidden);
  for (const id of ids) if (visible) hidden.delete(id); else hidden.add(id);
  change({ hidden });
}

function showShift(limits) {
  const { shift } = settings;
  const example = catalogue.get("unattributed_superlative");
  const moved = limits.has(example.id) ? ` For example: ${example.name.toLowerCase()} from ${score(limits.get(example.id))}.` : "";
  const told = shift === 0 ? "The model’s own thresholds." : `${shift > 0 ? "Stricter" : "Laxer"} than the model’s own thresholds by ${Math.abs(shift)} in log-odds.`;
  byId("shift").value = String(shift);
  byId("shift").setAttribute("aria-valuetext", told);
  byId("shift-note").textContent = told + moved;
}

function change(values) {
  settings = { ...settings, ...values };
  writeAddress();
  refresh();
}

function writeAddress() {
  history.replaceState(null, "", location.pathname + writeSettings(settings));
}

// ------------------------------------------------------------------ taking along

async function exportAs(kind) {
  const things = bundle();
  try {
    if (kind === "json") download("framescope.json", "application/json", toJson(things));
    if (kind === "csv") download("framescope.csv", "text/csv", toCsv(things));
    if (kind === "html") download("framescope.html", "text/html", await toReport(things));
  } catch (error) {
    byId("problem").replaceChildren(make("h2", {}, "The file was not written"), make("p", {}, `${error.message}.`));
    byId("problem").hidden = false;
  }
}

async function copyLink() {
  const link = location.origin + location.pathname + writeSettings(settings);
  const button = byId("copy-link");
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = "Link copied";
  } catch {
    // Without a secure context there is no clipboard; the address bar has the link anyway.
    button.textContent = "The address bar has the link";
  }
  setTimeout(() => (button.textContent = "Copy link to these settings"), 3000);
}

function takeFile(panel, text) {
  panel.text = text;
  panel.showEditor();
  refresh();
  panel.field.focus();
}

// ------------------------------------------------------------------ wiring

function applySettings() {
  byId("compare").checked = settings.compare;
  byId("exclude-quoted").checked = settings.excludeQuoted;
  refresh();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  scoreTexts();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  scoreTexts();
});
byId("cancel").addEventListener("click", () => running?.abort());
byId("shift").addEventListener("input", (event) => {
  settings = { ...settings, shift: Number(event.target.value) };
  refresh();
});
// Browsers refuse an address that is rewritten with every step of a slider.
byId("shift").addEventListener("change", writeAddress);
byId("compare").addEventListener("change", (event) => change({ compare: event.target.checked }));
byId("exclude-quoted").addEventListener("change", (event) => {
  change({ excludeQuoted: event.target.checked });
  if (panels.some((panel) => panel.found)) scoreTexts();
});
byId("copy-link").addEventListener("click", copyLink);
for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", () => exportAs(button.dataset.export));
byId("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  const panel = inUse().find((candidate) => !candidate.text.trim()) ?? panels[0];
  try {
    if (file) takeFile(panel, await readText(file));
  } catch (error) {
    panel.complain(error.message);
  }
  event.target.value = "";
});
panels.forEach((panel) => acceptDrops(panel, takeFile, (at, message) => at.complain(message)));
byId("key").value = readKey();
byId("key").addEventListener("change", () => keepKey(currentKey()));
addEventListener("hashchange", () => {
  settings = readSettings(location.hash, catalogue);
  applySettings();
});
applySettings();
if (!asksForKeys || currentKey()) learnFeatures().then(refresh).catch(() => {});
