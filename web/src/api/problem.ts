/** What a server said when it refused: a problem document (RFC 9457) or the little that could be read of one. */
export interface Problem {
  status: number;
  code: string;
  message: string;
  /** Byte offset in the SQL, from 0. */
  position?: number | undefined;
  suggestion?: string | undefined;
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ApiError";
    this.problem = problem;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Reads a problem document, or Cloudflare's envelope, out of a parsed body. */
export function problemOf(status: number, body: unknown): Problem {
  const doc = isRecord(body) ? body : {};
  const first = Array.isArray(doc.errors) && isRecord(doc.errors[0]) ? doc.errors[0] : {};
  const detail = text(doc.detail) ?? text(doc.message) ?? text(first.message) ?? text(doc.title);
  return {
    status,
    code: text(doc.code) ?? (first.code === undefined ? "http" : String(first.code)),
    message: detail ?? `The server answered ${status} without saying why.`,
    position: typeof doc.position === "number" && doc.position >= 0 ? doc.position : undefined,
    suggestion: text(doc.suggestion),
  };
}

export async function problemOfResponse(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  return problemOf(response.status, body);
}

/** Any thrown thing in words a person can act on. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  if (error instanceof TypeError) {
    return { status: 0, code: "unreachable", message: "The server can't be reached. Check that it runs and that this page may talk to it." };
  }
  return { status: 0, code: "internal", message: error instanceof Error ? error.message : String(error) };
}
