/** The page: brings fields, service and views together. */

import { listFeatures } from "./api.js";
import { Asking } from "./asking.js";
import { Card } from "./card.js";
import { Catalogue } from "./catalogue.js";
import { decide } from "./decide.js";
import { byId } from "./dom.js";
import { acceptDrops, Files } from "./files.js";
import { keepKey, readKey } from "./key.js";
import { drawLegend } from "./legend.js";
import { Panel } from "./panel.js";
import { readSettings, writeSettings } from "./settings.js";
import { drawSummary } from "./summary.js";
import { copyLink, exportAs } from "./taking.js";
import { verdictButtons } from "./verdict.js";
import { plural, score } from "./words.js";

const form = byId("form");
const asksForKeys = form.dataset.asksForKeys === "true";
const keepsFeedback = form.dataset.keepsFeedback === "true";

const catalogue = new Catalogue(byId("catalogue"));
let settings = readSettings(location.hash, catalogue);
let model = null;

const card = new Card(
  (anchor) => panels.forEach((panel) => panel.markEvidence(anchor)),
  () => panels.forEach((panel) => panel.unmarkEvidence()),
);
const desk = { card, catalogue, onEdit: refresh, knownOf, verdictFor };
const panels = ["a", "b"].map((name) => new Panel(name, Number(form.dataset.maxLength), desk));
const files = new Files({ key, takeFile, maxBytes: Number(form.dataset.maxFileBytes) });
const asking = new Asking({ inUse, options, key, prepare, taken, refresh });

function key() {
  return byId("key").value.trim();
}

function inUse() {
  return panels.filter((panel) => panel.name === "a" || settings.compare);
}

function options() {
  return { exclude_quoted: settings.excludeQuoted };
}

/** A model that was exchanged meanwhile has thresholds of its own; and without a key none could be asked for before. */
async function prepare({ revision }) {
  if (catalogue.revision !== revision) catalogue.learn(await listFeatures(key()));
}

function taken(by) {
  model = by;
  refresh();
}

function knownOf(id) {
  return { ...catalogue.get(id), threshold: catalogue.thresholds(settings.shift).get(id) ?? 1 };
}

function verdictFor(mark, panel) {
  if (!keepsFeedback) return null;
  return verdictButtons(mark, { text: panel.scored, passages: panel.found.passages, model }, key);
}

/** All that is shown, decided anew. */
function bundle() {
  const thresholds = catalogue.thresholds(settings.shift);
  const shown = inUse().filter((panel) => panel.found).map((panel) => ({
    panel, name: panel.name, label: panel.label, text: panel.scored, found: panel.found, decided: decide(panel.found, thresholds),
  }));
  return { model, shown, thresholds, settings, catalogue };
}

/** Decides and draws anew, from the scores that are here. */
function refresh() {
  card.close();
  const { shown, thresholds } = bundle();
  for (const panel of panels) {
    panel.root.hidden = !inUse().includes(panel);
    if (panel.found) panel.showReading();
  }
  byId("results").hidden = !shown.length;
  document.body.classList.toggle("scored", shown.length > 0);
  document.body.classList.toggle("comparing", settings.compare);
  showShift(thresholds);
  if (shown.length) draw(shown, thresholds);
}

function draw(shown, thresholds) {
  const counts = new Map();
  for (const { panel, decided } of shown) {
    panel.draw(decided, settings.hidden);
    for (const { feature } of decided.marks) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  drawLegendInPlace(counts);
  byId("summary").replaceChildren(...drawSummary(shown, catalogue, thresholds));
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

function showShift(thresholds) {
  const { shift } = settings;
  const own = "the model’s own thresholds";
  const told = shift === 0 ? `As ${own} decide.` : `${shift > 0 ? "Stricter" : "Laxer"} than ${own} by ${Math.abs(shift)} in log-odds.`;
  const [example] = catalogue.values();
  const threshold = thresholds.get(example.id);
  byId("shift").value = String(shift);
  byId("shift").setAttribute("aria-valuetext", told);
  byId("shift-note").textContent = threshold ? `${told} For example: ${example.name.toLowerCase()} from ${score(threshold)}.` : told;
}

function change(values) {
  settings = { ...settings, ...values };
  writeAddress();
  refresh();
}

function writeAddress() {
  history.replaceState(null, "", location.pathname + writeSettings(settings));
}

function takeFile(panel, text) {
  panel.text = text;
  panel.showEditor();
  refresh();
  panel.field.focus();
}

function openFile(file) {
  return files.open(inUse().find((candidate) => !candidate.text.trim()) ?? panels[0], file);
}

function applySettings() {
  byId("compare").checked = settings.compare;
  byId("exclude-quoted").checked = settings.excludeQuoted;
  refresh();
}

const on = (target, kind, handle) => target.addEventListener(kind, handle);

on(form, "submit", (event) => {
  event.preventDefault();
  asking.score();
});
on(document, "keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  asking.score();
});
on(byId("cancel"), "click", () => asking.cancel());
on(byId("shift"), "input", ({ target }) => {
  settings = { ...settings, shift: Number(target.value) };
  refresh();
});
// Browsers refuse an address that is rewritten with every step of a slider.
on(byId("shift"), "change", writeAddress);
on(byId("compare"), "change", ({ target }) => change({ compare: target.checked }));
on(byId("exclude-quoted"), "change", ({ target }) => {
  change({ excludeQuoted: target.checked });
  if (panels.some((panel) => panel.found)) asking.score(false);
});
on(byId("copy-link"), "click", ({ target }) => copyLink(target, location.origin + location.pathname + writeSettings(settings)));
for (const button of document.querySelectorAll("[data-export]")) on(button, "click", () => exportAs(button.dataset.export, bundle()));
on(byId("file"), "change", async ({ target }) => {
  if (target.files.length) await openFile(target.files[0]);
  target.value = "";
});
panels.forEach((panel) => acceptDrops(panel, files));
byId("key").value = readKey();
on(byId("key"), "change", () => keepKey(key()));
on(window, "hashchange", () => {
  settings = readSettings(location.hash, catalogue);
  applySettings();
});
applySettings();
// What is learnt here is needed only once something is scored, and then it is asked for again.
if (!asksForKeys || key()) listFeatures(key()).then((answer) => catalogue.learn(answer)).then(refresh).catch(() => {});
