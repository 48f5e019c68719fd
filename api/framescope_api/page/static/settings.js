/** Settings in the address's fragment, which no browser sends anywhere. A text is never among them. */

export const MAX_SHIFT = 3;

/** @returns {{hidden: Set<string>, shift: number, excludeQuoted: boolean, compare: boolean}} */
export function readSettings(fragment, known) {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const shift = Number(given.get("shift"));
  return {
    hidden: new Set((given.get("hide") ?? "").split(",").filter((id) => known.has(id))),
    shift: Number.isFinite(shift) ? Math.max(-MAX_SHIFT, Math.min(MAX_SHIFT, shift)) : 0,
    excludeQuoted: given.get("quoted") === "out",
    compare: given.get("compare") === "1",
  };
}

export function writeSettings({ hidden, shift, excludeQuoted, compare }) {
  const parts = [];
  if (hidden.size) parts.push(`hide=${[...hidden].sort().join(",")}`);
  if (shift) parts.push(`shift=${shift}`);
  if (excludeQuoted) parts.push("quoted=out");
  if (compare) parts.push("compare=1");
  return parts.length ? `#${parts.join("&")}` : "";
}
