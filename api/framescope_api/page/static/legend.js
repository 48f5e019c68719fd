/** What was found, with counts; each feature can be left out of the text. */

import { make } from "./dom.js";

const FAMILIES = [["sourcing", "Sourcing"], ["technique", "Techniques"]];

/**
 * @param {Map<string, number>} counts highlights by feature, before the filter.
 * @param {Set<string>} hidden the features left out.
 * @param {(ids: string[], shown: boolean) => void} onFilter
 */
export function drawLegend(counts, hidden, catalogue, onFilter) {
  const groups = FAMILIES.map(([group, label]) => {
    const ids = [...catalogue.keys()].filter((id) => catalogue.get(id).group === group && (counts.get(id) || hidden.has(id)));
    return ids.length ? drawFamily(label, group, ids, counts, hidden, catalogue, onFilter) : null;
  }).filter(Boolean);
  return groups.length ? groups : [make("p", { class: "note" }, "Nothing is flagged at this threshold.")];
}

function drawFamily(label, group, ids, counts, hidden, catalogue, onFilter) {
  const shown = ids.filter((id) => !hidden.has(id)).length;
  const all = make("input", {
    type: "checkbox",
    id: `all-${group}`,
    checked: shown === ids.length,
    onchange: (event) => onFilter(ids, event.target.checked),
  });
  all.indeterminate = shown > 0 && shown < ids.length;
  const items = ids.map((id) =>
    make("li", {}, make("label", { class: "check" },
      make("input", { type: "checkbox", id: `show-${id}`, checked: !hidden.has(id), onchange: (event) => onFilter([id], event.target.checked) }),
      make("span", { class: `swatch ${group}` }, make("span", { class: `u u-${id}` }, catalogue.get(id).name)),
      make("span", { class: "count" }, String(counts.get(id) ?? 0)),
    )),
  );
  return make("fieldset", { class: `family ${group}` },
    make("legend", {}, make("label", { class: "check" }, all, label)),
    make("ul", {}, ...items),
  );
}
