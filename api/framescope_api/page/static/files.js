/** Text files from the reader's own machine; they are read here and sent nowhere until the text is scored. */

const READABLE = /\.(txt|md)$/i;
/** More than any text the service takes; a larger file would only make the page hang. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The text of a file.
 * @throws {Error} with a message for people.
 */
export async function readText(file) {
  if (!READABLE.test(file.name)) throw new Error(`${file.name} is no .txt or .md file; copy its text and paste it here.`);
  if (file.size > MAX_BYTES) throw new Error(`${file.name} is larger than 8 MB; paste the part to be scored.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not in UTF-8; save it as UTF-8, or copy its text and paste it here.`);
  }
}

/** Lets files be dropped on a panel. */
export function acceptDrops(panel, onText, onError) {
  const { root } = panel;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  root.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", () => root.classList.remove("dropping"));
  root.addEventListener("drop", async (event) => {
    root.classList.remove("dropping");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    try {
      onText(panel, await readText(event.dataTransfer.files[0]));
    } catch (error) {
      onError(panel, error.message);
    }
  });
}
