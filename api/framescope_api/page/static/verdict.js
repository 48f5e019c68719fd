/** Agreeing and disagreeing with a highlight: one click sends the sentence with its label for review. */

import { sendFeedback, withdrawFeedback } from "./api.js";
import { overlaps } from "./decide.js";
import { make } from "./dom.js";

/**
 * @param {object} mark the highlight.
 * @param {{text: string, passages: object[], model: object}} scored the document and who scored it.
 * @param {() => string} key the API key at the moment of sending.
 */
export function verdictButtons(mark, scored, key) {
  const told = make("span", { class: "told", role: "status", tabindex: -1 });
  const box = make("div", { class: "verdict" }, make("span", {}, "Is it there?"));
  for (const [label, there] of [["Yes, agree", true], ["No, disagree", false]]) {
    box.append(make("button", { type: "button", class: "quiet", onclick: () => send(there) }, label));
  }
  box.append(told);

  async function send(there) {
    const buttons = box.querySelectorAll("button");
    buttons.forEach((button) => (button.disabled = true));
    told.textContent = "Sending…";
    // A button that is switched off drops the focus, and the card would be left.
    told.focus({ preventScroll: true });
    try {
      const answer = await sendFeedback(correction(mark, scored, there), key());
      if (answer.stored) thank(answer);
      else told.textContent = "Not kept: this service stores no corrections.";
    } catch (error) {
      told.textContent = `Not sent: ${error.message}.`;
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  function thank(answer) {
    const until = new Date(answer.expires_at).toLocaleDateString("en", { dateStyle: "medium" });
    const withdraw = make("button", { type: "button", class: "quiet", onclick: () => takeBack(answer) }, "Withdraw");
    told.replaceChildren(`Kept for review until ${until}. `, withdraw);
  }

  async function takeBack(answer) {
    try {
      await withdrawFeedback(answer.id, answer.deletion_token, key());
      told.textContent = "Withdrawn; nothing is kept.";
    } catch (error) {
      told.textContent = `Not withdrawn: ${error.message}.`;
    }
  }
  return box;
}

/** The sentence, or the sentences that the highlight spans, with the label; the rest of the text stays here. */
function correction(mark, { text, passages, model }, there) {
  const touched = passages.filter((passage) => overlaps(passage, mark));
  const start = Math.min(mark.start, ...touched.map((passage) => passage.start));
  const end = Math.max(mark.end, ...touched.map((passage) => passage.end));
  const body = { text: text.slice(start, end), labels: { [mark.feature]: there }, offsets: "utf16", model };
  if (there && !mark.whole) {
    const span = { feature: mark.feature, start: mark.start - start, end: mark.end - start };
    body.spans = [mark.mode ? { ...span, mode: mark.mode } : span];
  }
  return body;
}
