/** What a reader takes along: files, and a link to the settings. */

import { showProblem } from "./asking.js";
import { download, toCsv, toJson } from "./export.js";
import { toReport } from "./report.js";

const KINDS = {
  json: ["application/json", toJson],
  csv: ["text/csv", toCsv],
  html: ["text/html", toReport],
};
const TOLD_FOR_MS = 3000;

/** @param {object} shown all that is shown, as `page.js` bundles it. */
export async function exportAs(kind, shown) {
  const [type, write] = KINDS[kind];
  try {
    download(`framescope.${kind}`, type, await write(shown));
  } catch {
    showProblem("The file was not written", "The service cannot be reached. JSON and CSV are written without it.");
  }
}

export async function copyLink(button, link) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(link);
    button.textContent = "Link copied";
  } catch {
    // Without a secure context there is no clipboard; the address bar has the link anyway.
    button.textContent = "The address bar has the link";
  }
  setTimeout(() => (button.textContent = label), TOLD_FOR_MS);
}
