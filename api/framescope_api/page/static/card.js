/** The card that tells of a highlight: opened by pointer or focus, entered with Enter or a click, left with Escape. */

import { byId, make } from "./dom.js";

const OPEN_AFTER_MS = 120;
const CLOSE_AFTER_MS = 250;
const GAP_PX = 8;

export class Card {
  /** @param {(run: object) => Node[]} describe the content for a run of text. */
  constructor(onShow, onHide) {
    this.element = byId("card");
    this.onShow = onShow;
    this.onHide = onHide;
    this.anchor = null;
    this.timer = 0;
    this.element.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.element.addEventListener("pointerleave", () => this.closeSoon());
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.holds(event.relatedTarget)) this.close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.anchor) this.close(true);
    });
    document.addEventListener("pointerdown", (event) => {
      if (this.anchor && !this.holds(event.target)) this.close();
    });
    addEventListener("resize", () => this.close());
  }

  /** Lets `anchor` open the card for `run`. */
  attach(anchor, describe) {
    const open = () => this.open(anchor, describe);
    anchor.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch") return;
      clearTimeout(this.timer);
      this.timer = setTimeout(open, OPEN_AFTER_MS);
    });
    anchor.addEventListener("pointerleave", () => this.closeSoon());
    anchor.addEventListener("focus", open);
    anchor.addEventListener("blur", (event) => {
      if (event.relatedTarget && !this.holds(event.relatedTarget)) this.close();
    });
    anchor.addEventListener("click", () => this.enter(open));
    anchor.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.enter(open);
    });
  }

  enter(open) {
    open();
    this.element.focus({ preventScroll: true });
  }

  holds(node) {
    return this.element.contains(node) || this.anchor?.contains(node);
  }

  open(anchor, describe) {
    clearTimeout(this.timer);
    if (this.anchor === anchor) return;
    this.close();
    this.anchor = anchor;
    this.element.replaceChildren(
      ...describe(),
      make("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.close(true) }, "×"),
    );
    this.element.hidden = false;
    this.element.scrollTop = 0;
    anchor.setAttribute("aria-expanded", "true");
    anchor.setAttribute("aria-describedby", "card");
    this.place();
    this.onShow(anchor);
  }

  /** Under the highlight, or over it where there is more room; on a narrow screen the style sheet puts it at the end. */
  place() {
    const { style } = this.element;
    style.left = style.top = "";
    if (getComputedStyle(this.element).position === "fixed") return;
    const rects = this.anchor.getClientRects();
    const [first, last] = [rects[0], rects[rects.length - 1]];
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.max(GAP_PX, Math.min(last.left, document.documentElement.clientWidth - width - GAP_PX));
    const below = last.bottom + GAP_PX;
    const top = below + height <= innerHeight || first.top < height + GAP_PX ? below : first.top - height - GAP_PX;
    style.left = `${left + scrollX}px`;
    style.top = `${top + scrollY}px`;
  }

  closeSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const active = document.activeElement;
      if (!this.anchor || this.element.contains(active) || active === this.anchor) return;
      this.close();
    }, CLOSE_AFTER_MS);
  }

  close(returning = false) {
    clearTimeout(this.timer);
    const anchor = this.anchor;
    if (!anchor) return;
    const within = this.element.contains(document.activeElement);
    if (returning && within) anchor.focus({ preventScroll: true });
    this.anchor = null;
    this.element.hidden = true;
    anchor.removeAttribute("aria-expanded");
    anchor.removeAttribute("aria-describedby");
    this.onHide();
  }
}
