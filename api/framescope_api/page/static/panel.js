/** One text on the page: its field, and once it is scored, its reading view. */

import { aboutMark } from "./about_mark.js";
import { countCharacters } from "./dom.js";
import { drawReading } from "./reading.js";
import { drawStrip } from "./strip.js";
import { number, plural } from "./words.js";

const stretch = ([start, end]) => ({ start, end });

export class Panel {
  /**
   * @param {string} name "a" or "b".
   * @param {number} maxLength code points.
   * @param {object} desk the page: card, catalogue, thresholds, verdictFor, onEdit.
   */
  constructor(name, maxLength, desk) {
    this.name = name;
    this.maxLength = maxLength;
    this.desk = desk;
    this.root = document.getElementById(`panel-${name}`);
    this.field = this.root.querySelector("textarea");
    this.label = this.root.querySelector("label").textContent;
    this.found = null;
    this.runs = [];
    this.field.addEventListener("input", () => this.count());
    for (const button of this.root.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => this[button.dataset.act]());
    }
    // Lines break anew when the page changes its width.
    new ResizeObserver(() => this.drawStrip()).observe(this.root.querySelector(".reading"));
    this.count();
  }

  get text() {
    return this.field.value;
  }

  set text(value) {
    this.field.value = value;
    this.count();
  }

  get length() {
    return countCharacters(this.text);
  }

  count() {
    const { length } = this;
    const counter = this.root.querySelector(".counter");
    counter.textContent = `${number(length)} of ${number(this.maxLength)} characters`;
    counter.classList.toggle("over", length > this.maxLength);
    this.complain("");
  }

  /** Why the text cannot be sent, or an empty string. */
  fault() {
    if (!this.text.trim()) return "Paste a text first: this field is empty.";
    const over = this.length - this.maxLength;
    if (over > 0) return `This text is ${plural(over, "character")} too long; the service takes ${number(this.maxLength)}. Shorten it, or score it in parts.`;
    return "";
  }

  complain(message) {
    const place = this.root.querySelector(".fault");
    place.textContent = message;
    place.hidden = !message;
    if (message) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /** Takes a document of an answer; the text is kept as it was sent, for the offsets point into it. */
  take(text, found) {
    this.scored = text;
    this.found = found;
  }

  /** What becomes of a file, or an empty string; while it is being read, nothing can be typed. */
  note(message, reading = false) {
    const place = this.root.querySelector(".note");
    place.textContent = message;
    place.hidden = !message;
    this.field.readOnly = reading;
    this.field.setAttribute("aria-busy", String(reading));
  }

  edit() {
    this.desk.card.close();
    this.showEditor();
    this.field.focus();
    this.desk.onEdit();
  }

  showEditor() {
    this.root.querySelector(".editor").hidden = false;
    this.root.querySelector(".reading-frame").hidden = true;
    this.found = null;
  }

  showReading() {
    this.root.querySelector(".editor").hidden = true;
    this.root.querySelector(".reading-frame").hidden = false;
  }

  draw(decided, hidden) {
    const { scored: text, found, desk } = this;
    const known = (id) => desk.catalogue.get(id);
    const marks = decided.marks.filter((mark) => !hidden.has(mark.feature));
    const evidence = marks.flatMap(({ evidence: by }) => [...(by?.source ?? []), ...(by?.cue ?? [])].map(stretch));
    const { nodes, runs } = drawReading(text, marks, evidence, found.skipped, known);
    for (const run of runs) if (run.marks.length) desk.card.attach(run.element, () => this.describe(run));
    this.runs = runs;
    this.root.querySelector(".reading").replaceChildren(...nodes);
    this.drawStrip();
    const flagged = decided.passages.filter((passage) => passage.flags.some((id) => !hidden.has(id))).length;
    this.root.querySelector(".reading-facts").textContent =
      `${flagged} of ${plural(decided.passages.length, "sentence")} flagged, ${plural(marks.length, "highlight")}`;
    for (const act of ["previous", "next"]) this.root.querySelector(`[data-act=${act}]`).disabled = !marks.length;
  }

  drawStrip() {
    const { offsetHeight } = this.root.querySelector(".reading");
    const places = this.runs.filter((run) => run.marks.length).map(({ element, marks }) => ({
      top: element.offsetTop, bottom: element.offsetTop + element.offsetHeight, marks,
    }));
    const cells = drawStrip(offsetHeight, places, (id) => this.desk.catalogue.get(id), (top) => this.goTo(top));
    this.root.querySelector(".strip").replaceChildren(...cells);
  }

  describe(run) {
    const marks = [...run.marks].sort((one, other) => one.end - one.start - (other.end - other.start));
    return marks.map((mark) => aboutMark(mark, this.scored, this.desk.knownOf(mark.feature), this.desk.verdictFor(mark, this)));
  }

  /** Marks the source and the cue of the highlights at `anchor`. */
  markEvidence(anchor) {
    const run = this.runs.find((candidate) => candidate.element === anchor);
    for (const { evidence } of run?.marks ?? []) {
      this.markPieces(evidence?.source, "vouch-source");
      this.markPieces(evidence?.cue, "vouch-cue");
    }
  }

  markPieces(pieces, name) {
    for (const [start, end] of pieces ?? []) {
      for (const run of this.runs) if (start <= run.start && run.end <= end) run.element.classList.add(name);
    }
  }

  unmarkEvidence() {
    for (const { element } of this.runs) element.classList.remove("vouch-source", "vouch-cue");
  }

  stops() {
    return [...this.root.querySelectorAll('.reading mark[tabindex="0"]')];
  }

  next() {
    this.step(1);
  }

  previous() {
    this.step(-1);
  }

  step(by) {
    const stops = this.stops();
    if (!stops.length) return;
    const at = stops.indexOf(this.current);
    this.visit(stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length]);
  }

  visit(stop) {
    this.current = stop;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    stop.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    stop.focus({ preventScroll: true });
  }

  /** To the first highlight that ends under `top`, or to the text there. */
  goTo(top) {
    const under = this.runs.filter(({ element }) => element.offsetTop + element.offsetHeight > top);
    const stop = under.find(({ element }) => element.tabIndex === 0);
    if (stop) this.visit(stop.element);
    else under[0]?.element.scrollIntoView({ block: "center" });
  }

  focusTitle() {
    this.root.querySelector(".reading-title").focus({ preventScroll: true });
  }
}
