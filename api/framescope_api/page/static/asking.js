/** Has texts scored: complaints before, progress meanwhile, problems after. */

import { Refused, scoreDocuments } from "./api.js";
import { byId, make } from "./dom.js";
import { explain } from "./problems.js";

export class Asking {
  /**
   * @param {object} desk the page: `inUse()` the panels to score, `options()` of the request, `key()`, `prepare(model)`
   *   before anything is shown, `refresh()`, and `taken(model)` once the panels have their documents.
   */
  constructor(desk) {
    this.desk = desk;
    this.running = null;
    /** The texts that the reader declared to be English, though they seem to be something else. */
    this.declared = new Set();
  }

  cancel() {
    this.running?.abort();
  }

  /** @param {boolean} moving whether the focus goes to the result, as it should after a button and not after a box. */
  async score(moving = true) {
    clearProblem();
    const panels = this.desk.inUse();
    if (!this.check(panels)) return;
    this.cancel();
    const running = new AbortController();
    this.running = running;
    showProgress(true);
    try {
      await this.ask(panels, running.signal, moving);
    } catch (error) {
      if (error.name !== "AbortError") this.tell(error);
    } finally {
      if (this.running === running) {
        this.running = null;
        showProgress(false);
      }
    }
  }

  /** Whether the texts can be sent; what is wrong is told at each field. */
  check(panels) {
    const faults = panels.map((panel) => panel.fault());
    panels.forEach((panel, index) => panel.complain(faults[index]));
    const first = panels[faults.findIndex(Boolean)];
    if (!first) return true;
    first.showEditor();
    this.desk.refresh();
    first.field.focus();
    return false;
  }

  async ask(panels, signal, moving) {
    const texts = panels.map((panel) => panel.text);
    const documents = panels.map(({ name }, index) => this.document(name, texts[index]));
    const answer = await scoreDocuments(documents, this.desk.options(), this.desk.key(), signal);
    await this.desk.prepare(answer.model);
    if (signal.aborted) return;
    const failed = panels.filter((panel, index) => !taken(panel, texts[index], answer.documents[index]));
    this.desk.taken(answer.model);
    if (failed.length) failed[0].field.focus();
    else if (moving) panels[0].focusTitle();
  }

  document(id, text) {
    return this.declared.has(text) ? { id, text, language: "en" } : { id, text };
  }

  tell(error) {
    const { title, detail, retry, anyway, key } = explain(error);
    const buttons = [];
    if (retry) buttons.push(make("button", { type: "button", id: "retry", onclick: () => this.score() }, retry));
    if (anyway) {
      const label = "It is English: score it anyway";
      buttons.push(make("button", { type: "button", id: "anyway", onclick: () => this.declareEnglish() }, label));
    }
    showProblem(title, detail, buttons);
    if (!key) return;
    byId("key-field").hidden = false;
    byId("key").focus();
  }

  declareEnglish() {
    for (const panel of this.desk.inUse()) this.declared.add(panel.text);
    this.score();
  }
}

/** Gives a panel its document; whether it could be scored. */
function taken(panel, text, found) {
  if (!found.error) {
    panel.take(text, found);
    return true;
  }
  const { title, detail } = explain(new Refused(422, found.error));
  panel.showEditor();
  panel.complain(`${title}. ${detail}`);
  return false;
}

function showProgress(on) {
  byId("progress").hidden = !on;
  byId("score").disabled = on;
  if (on) byId("status").textContent = "Scoring…";
  else if (byId("status").textContent === "Scoring…") byId("status").textContent = "";
}

export function showProblem(title, detail, buttons = []) {
  const place = byId("problem");
  place.replaceChildren(make("h2", {}, title), make("p", {}, detail), make("div", { class: "buttons" }, ...buttons));
  place.hidden = false;
}

function clearProblem() {
  byId("problem").hidden = true;
  byId("problem").replaceChildren();
}
