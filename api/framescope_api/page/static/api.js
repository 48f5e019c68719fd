/** Requests to the service that sent this page, and their errors. */

/** The service answered, and refused. */
export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? `the service answered ${status}`);
    Object.assign(this, { status, code: problem.code ?? "", requestId: problem.request_id ?? "", retryAfter });
  }
}

/** No answer came. */
export class Unreachable extends Error {}

/** Documents with offsets in the unit of JavaScript's strings. */
export const scoreDocuments = (documents, options, key, signal) =>
  call("POST", "/v1/score", { body: { documents, offsets: "utf16", ...options }, key, signal });

export const listFeatures = (key) => call("GET", "/v1/features", { key });

/** The text of a file that this page cannot read by itself; the file's name stays here. */
export const extractText = (file, kind, key, signal) => call("POST", `/v1/extract?kind=${kind}`, { file, key, signal });

export const sendFeedback = (body, key) => call("POST", "/v1/feedback", { body, key });

export const withdrawFeedback = (id, token, key) =>
  call("DELETE", `/v1/feedback/${encodeURIComponent(id)}`, { key, headers: { "Framescope-Deletion-Token": token } });

async function call(method, path, { body, file, key, signal, headers = {} }) {
  const sent = { ...headers };
  if (body) sent["Content-Type"] = "application/json";
  if (file) sent["Content-Type"] = "application/octet-stream";
  if (key) sent.Authorization = `Bearer ${key}`;
  let response;
  let text;
  try {
    response = await fetch(path, { method, headers: sent, body: file ?? (body && JSON.stringify(body)), signal });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable("the service cannot be reached");
  }
  const answer = parsed(text);
  if (!response.ok) throw new Refused(response.status, answer, Number(response.headers.get("Retry-After")) || null);
  return answer;
}

/** An answer of something in between, such as a proxy, need not be JSON. */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
