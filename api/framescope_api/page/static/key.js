/** The API key: kept in this tab, never in the address. */

const NAME = "framescope-key";

export function readKey() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

/** A browser may forbid storage; then the field alone holds the key. */
export function keepKey(key) {
  try {
    if (key) sessionStorage.setItem(NAME, key);
    else sessionStorage.removeItem(NAME);
  } catch {
    // Nothing to do: the field still has it.
  }
}
