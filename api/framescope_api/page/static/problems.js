/** Errors in words, with what can be done about them. */

import { Refused, Unreachable } from "./api.js";

/**
 * @returns {{title: string, detail: string, retry: string|null, anyway: boolean, key: boolean}} `anyway`: the text can be
 *   declared to be English; `key`: the field for the key is asked for.
 */
export function explain(error) {
  const told = { title: "The text was not scored", detail: "", retry: "Try again", anyway: false, key: false };
  if (error instanceof Unreachable) {
    return { ...told, title: "The service cannot be reached", detail: "Your text is still here. Nothing was lost." };
  }
  if (!(error instanceof Refused)) return { ...told, detail: "Something went wrong on this page. Your text is still here." };
  const detail = sentence(error.message);
  if (error.status === 401) return { ...told, title: "The service asks for an API key", detail, key: true };
  if (error.status === 429) {
    const wait = error.retryAfter ? ` Try again in ${error.retryAfter} s.` : "";
    return { ...told, title: error.code === "quota_exceeded" ? "Your quota is used up" : "The service is busy", detail: detail + wait };
  }
  if (error.status === 503) return { ...told, title: "The service is not ready", detail };
  if (error.code === "unsupported_language") {
    // What follows the first sentence tells programs what to send; here a button does that.
    return { ...told, title: "Only English can be scored", detail: sentence(error.message.split(/\.\s/)[0]), retry: null, anyway: true };
  }
  if (error.status === 413) return { ...told, title: "The text is too long", detail, retry: null };
  if (error.status >= 500) {
    return { ...told, title: "The service failed", detail: `${detail}${error.requestId ? ` Request ${error.requestId}.` : ""}` };
  }
  return { ...told, detail, retry: null };
}

const sentence = (message) => `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
