/** What is flagged and what is shown, from scores that are there already. Offsets are half-open, in UTF-16 units. */

/** A threshold moved in log-odds, so that one slider suits features with low thresholds and with high ones. */
export function decidedThreshold(threshold, shift) {
  if (threshold <= 0 || threshold >= 1 || !shift) return threshold;
  return 1 / (1 + Math.exp(-(Math.log(threshold / (1 - threshold)) + shift)));
}

export const overlaps = (one, other) => one.start < other.end && other.start < one.end;

/**
 * The document as decided with `thresholds` (by feature).
 *
 * `marks` are the words to highlight: spans of flagged sentences, and a sentence as a whole where it is flagged and no
 * words were singled out.
 */
export function decide(found, thresholds) {
  const passages = found.passages.map((passage) => ({
    ...passage,
    flags: Object.keys(passage.scores).filter((id) => passage.scores[id] >= (thresholds.get(id) ?? 1)),
  }));
  const total = Math.max(1, passages.length);
  const features = new Map();
  for (const id of Object.keys(found.scores)) {
    const flagged = passages.filter((passage) => passage.flags.includes(id)).length;
    features.set(id, { score: found.scores[id].score, flagged, share: flagged / total });
  }
  return { passages, features, marks: marksOf(found.spans ?? [], passages) };
}

function marksOf(spans, passages) {
  const marks = [];
  const carried = new Set();
  for (const span of spans) {
    const [first, last] = touched(passages, span);
    let passageScore = 0;
    let shown = false;
    for (let index = first; index < last; index += 1) {
      if (!passages[index].flags.includes(span.feature)) continue;
      shown = true;
      passageScore = Math.max(passageScore, passages[index].scores[span.feature]);
      carried.add(`${index} ${span.feature}`);
    }
    if (shown) marks.push({ ...span, passageScore, whole: false });
  }
  passages.forEach((passage, index) => {
    for (const feature of passage.flags) {
      if (carried.has(`${index} ${feature}`)) continue;
      const { start, end } = passage;
      const passageScore = passage.scores[feature];
      marks.push({ feature, start, end, score: passageScore, passageScore, mode: null, evidence: null, whole: true });
    }
  });
  return marks.sort((one, other) => one.start - other.start || other.end - one.end);
}

/** The passages, which are in order, that `span` overlaps: first, and one after the last. */
function touched(passages, span) {
  let low = 0;
  let high = passages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passages[middle].end <= span.start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < passages.length && passages[last].start < span.end) last += 1;
  return [low, last];
}

/**
 * The text cut wherever anything starts or ends: runs that cover it, each with the marks over it.
 * @param {{start: number, end: number}[]} others further places to cut at, such as sources and skipped stretches.
 */
export function runsOf(length, marks, others) {
  const cuts = new Set([0, length]);
  for (const { start, end } of [...marks, ...others]) cuts.add(start).add(end);
  const places = [...cuts].filter((at) => at >= 0 && at <= length).sort((one, other) => one - other);
  const runs = [];
  let open = [];
  let next = 0;
  for (let index = 0; index + 1 < places.length; index += 1) {
    const [start, end] = [places[index], places[index + 1]];
    open = open.filter((mark) => mark.end > start);
    while (next < marks.length && marks[next].start <= start) {
      if (marks[next].end > start) open.push(marks[next]);
      next += 1;
    }
    runs.push({ start, end, marks: [...open] });
  }
  return runs;
}
