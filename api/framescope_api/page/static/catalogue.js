/** The features: names and definitions from the page itself, thresholds and reliability from `/v1/features`. */

import { decidedThreshold } from "./decide.js";
import { reliabilityInWords } from "./words.js";

/** By id: `{id, group, name, definition, measured}`; `measured` is null until the service has told. */
export class Catalogue extends Map {
  constructor(list) {
    super();
    this.revision = null;
    for (const item of list.querySelectorAll("[data-feature]")) {
      const { feature: id, group } = item.dataset;
      const [name, definition] = [".name", ".definition"].map((part) => item.querySelector(part).textContent);
      this.set(id, { id, group, name, definition, measured: null, told: item.querySelector(".reliability") });
    }
  }

  /** Takes an answer of `/v1/features`. */
  learn({ model, features }) {
    for (const measured of features) {
      const known = this.get(measured.id);
      if (!known) continue;
      known.measured = measured;
      known.told.textContent = reliabilityInWords(measured);
    }
    this.revision = model.revision;
  }

  /** The thresholds in force, by feature. */
  thresholds(shift) {
    const measured = [...this.values()].filter((feature) => feature.measured);
    return new Map(measured.map(({ id, measured: { threshold } }) => [id, decidedThreshold(threshold, shift)]));
  }
}
