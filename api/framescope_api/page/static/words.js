/** Numbers and names in words. */

const VOICES = {
  narrator: "the writer’s own words",
  reported: "reported speech",
  quoted: "quoted speech",
};

const MODES = {
  relayed: "relayed: attributed, and nothing in the paragraph questions it",
  adopted: "adopted: told as the writer’s own fact",
};

export const voiceInWords = (voice) => VOICES[voice] ?? voice;
export const modeInWords = (mode) => MODES[mode] ?? mode;
export const number = (value) => value.toLocaleString("en");
export const score = (value) => value.toFixed(2);
export const percent = (value) => `${Math.round(value * 100)} %`;
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** A probability in words. */
export function scoreInWords(value) {
  if (value >= 0.9) return "very likely";
  if (value >= 0.7) return "likely";
  if (value >= 0.45) return "about as likely as not";
  if (value >= 0.2) return "possible";
  return "a weak sign";
}

/** What was measured of a feature, from `/v1/features`. */
export function reliabilityInWords(feature) {
  const quality = feature?.quality;
  if (!feature) return "reliability not known yet";
  if (typeof quality?.f1 !== "number") return "experimental: not measured";
  const counted = quality.passages ? ` on ${plural(quality.passages, "sentence")}` : "";
  const positives = quality.positives ? `, ${number(quality.positives)} with it` : "";
  return `${feature.reliability}: F1 ${score(quality.f1)}${counted}${positives}`;
}
