/** Files from the reader's own machine: plain text is read here, the others by the service, which keeps nothing. */

import { extractText } from "./api.js";
import { byId } from "./dom.js";
import { explain } from "./problems.js";

const PLAIN = new Set(["txt", "md"]);
const KINDS = { txt: "txt", md: "md", html: "html", htm: "html", docx: "docx", pdf: "pdf" };
/** More than any plain text the service takes; a larger file would only make the page hang. */
const MAX_PLAIN_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = "too large for this service; copy the part to be scored and paste it here.";

export class Files {
  /** @param {object} desk the page: `key()`, `maxBytes` of a file for the service, and `takeFile(panel, text)`. */
  constructor(desk) {
    this.desk = desk;
    this.running = new Map();
  }

  /** Puts the text of `file` into `panel`, in place of one that is still being read; what is wrong is told there. */
  async open(panel, file) {
    this.running.get(panel)?.abort();
    const running = new AbortController();
    this.running.set(panel, running);
    panel.complain("");
    panel.note(`Reading ${file.name}…`, true);
    try {
      const { text, warnings } = await this.read(file, running.signal);
      if (running.signal.aborted) return;
      this.desk.takeFile(panel, text);
      panel.note(warnings.length ? `${file.name}: ${warnings.join("; ")}.` : "");
    } catch (error) {
      if (running.signal.aborted) return;
      panel.note("");
      panel.complain(`${file.name}: ${this.told(error)}`);
    }
  }

  async read(file, signal) {
    const kind = KINDS[file.name.toLowerCase().match(/\.(\w+)$/)?.[1]];
    if (!kind) throw new Unreadable("text is taken out of .txt, .md, .html, .docx and .pdf files; copy it and paste it here.");
    if (PLAIN.has(kind)) return { text: await readPlain(file), warnings: [] };
    // A service that stops reading halfway seems to be gone.
    if (file.size > this.desk.maxBytes) throw new Unreadable(TOO_LARGE);
    return extractText(file, kind, this.desk.key(), signal);
  }

  told(error) {
    if (error instanceof Unreadable) return error.message;
    const { title, detail, key } = explain(error);
    if (key) byId("key-field").hidden = false;
    if (error.code === "body_too_large") return TOO_LARGE;
    // What is wrong with a file is all there is to tell.
    return error.status === 422 || error.status === 413 ? detail : `${title}. ${detail}`;
  }
}

class Unreadable extends Error {}

async function readPlain(file) {
  if (file.size > MAX_PLAIN_BYTES) throw new Unreadable("larger than 8 MB; paste the part to be scored.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Unreadable("not in UTF-8; save it as UTF-8, or copy its text and paste it here.");
  }
}

/** Lets files be dropped on a panel. */
export function acceptDrops(panel, files) {
  const { root } = panel;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  root.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", () => root.classList.remove("dropping"));
  root.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    files.open(panel, event.dataTransfer.files[0]);
  });
}
