import { call } from "./http";
import type { QueryRequest } from "./run-query";

export interface ExportFormat {
  name: string;
  ending: string;
  accept: string;
}

export const exportFormats: readonly ExportFormat[] = [
  { name: "CSV", ending: "csv", accept: "text/csv" },
  { name: "NDJSON", ending: "ndjson", accept: "application/jsonl" },
  { name: "Parquet", ending: "parquet", accept: "application/vnd.apache.parquet" },
];

/** The whole answer as a file, however large: past the row limit of the page. `onBytes` is told how much has come. */
export async function exportQuery(request: QueryRequest, format: ExportFormat, onBytes: (bytes: number) => void, signal: AbortSignal): Promise<Blob> {
  const response = await call("/api/query", {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: format.accept },
    body: JSON.stringify({ ...request, export: true }),
  });
  if (!response.body) throw new Error("The answer has no body.");
  let bytes = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        onBytes(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  // A stream that is cut off fails here: a part never becomes a file.
  return new Response(counted, { headers: { "Content-Type": format.accept } }).blob();
}
