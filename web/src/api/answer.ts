import { queryOptions } from "@tanstack/react-query";
import { appendBlock, emptyResult, type ResultSet } from "@/lib/result-set";
import { ApiError } from "./problem";
import { runQuery, type QueryRequest } from "./run-query";

/** A small answer as a whole. */
export interface Answer {
  set: ResultSet;
  /** False when files could not be read or the answer was cut. */
  isComplete: boolean;
}

async function readAnswer(request: QueryRequest, signal: AbortSignal): Promise<Answer> {
  let set = emptyResult([]);
  for await (const frame of runQuery(request, signal)) {
    if (frame.type === "columns") set = emptyResult(frame.columns);
    else if (frame.type === "rows") set = appendBlock(set, frame.columns, frame.count);
    else if (frame.type === "error") throw new ApiError({ status: 200, code: frame.code, message: frame.message });
    else if (frame.type === "done") return { set, isComplete: frame.coverage.complete };
  }
  throw new Error("The connection closed before the answer was complete.");
}

/** All rows of a statement with a small LIMIT, for what stands beside the answer of the page. */
export const answerQuery = (request: QueryRequest | null) =>
  queryOptions({
    queryKey: ["answer", request],
    enabled: request !== null,
    staleTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => readAnswer(request!, signal),
  });
