import type { ConditionEstimate, Estimate, PlaceEstimate } from "@/api/estimate";
import { int, plural } from "@/lib/format";

const ofRequest = " (of the request)";

/** True when the first bracket is closed by the last. */
function isWrapped(text: string): boolean {
  let depth = 0;
  for (const [k, sign] of [...text].entries()) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (depth === 0) return k === [...text].length - 1;
  }
  return false;
}

const inWords = (part: string): string =>
  part.replaceAll("!~~*", "NOT ILIKE").replaceAll("!~~", "NOT LIKE").replaceAll("~~*", "ILIKE").replaceAll("~~", "LIKE");

/** A condition as a person writes it: the engine's form has brackets around it and signs for LIKE. */
export function conditionText(text: string): string {
  let plain = text.endsWith(ofRequest) ? text.slice(0, -ofRequest.length) : text;
  while (plain.startsWith("(") && isWrapped(plain)) plain = plain.slice(1, -1);
  // What stands in quotes is a value and stays as it is.
  const parts = plain.split(/('(?:[^']|'')*')/);
  return parts.map((part, k) => (k % 2 === 1 ? part : inWords(part))).join("");
}

export const isOfTime = (condition: ConditionEstimate): boolean => condition.text.endsWith(ofRequest);

/** How far one condition narrows by itself. */
export function narrowing(condition: ConditionEstimate, place: PlaceEstimate): string {
  if (place.filesTotal === 0) return "no file to leave out";
  if (condition.filesLeftOut === 0) return "leaves out no file";
  return `leaves out ${int(condition.filesLeftOut)} of ${plural(place.filesTotal, "file")}`;
}

/** How many columns are so many that naming those that are needed saves most of the bytes. */
const manyColumns = 30;

const isPattern = (condition: ConditionEstimate): boolean => /\bI?LIKE\b|regexp_matches|contains\(|similar/i.test(conditionText(condition.text));

/** What would make the statement cheaper, the most useful first; nothing where it is cheap already. */
export function adviceOf(estimate: Estimate): string[] {
  if (estimate.isCached || estimate.filesRead === 0) return [];
  const { places } = estimate;
  const conditions = places.flatMap((place) => place.conditions);
  const advice: string[] = [];
  if (!conditions.some(isOfTime) && estimate.filesRead > 1) advice.push("Choose a time range: files lie in time, so it leaves out most of them.");
  const blunt = conditions.filter((condition) => condition.filesLeftOut === 0 && !isOfTime(condition));
  if (blunt.some(isPattern)) advice.push("A part of a text can’t narrow. Where the whole value is known, compare with = or IN.");
  else if (blunt.some((condition) => condition.why.startsWith("Leaves out no file: only"))) {
    advice.push("Add a plain comparison (=, <, >, BETWEEN, IN) joined by AND: only these leave out files.");
  }
  if (places.some((place) => place.columns.length > manyColumns)) advice.push("Name the columns that you need: bytes are read by column.");
  return advice;
}

/** The likely number of requests in words. */
export const requestWords = (estimate: Estimate): string =>
  estimate.filesRead === 0 ? "none" : estimate.requestsExpected === 0 ? "none: what it reads is on the server" : `about ${int(estimate.requestsExpected)}`;
