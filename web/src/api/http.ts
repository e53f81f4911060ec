import { ApiError, problemOfResponse } from "./problem";
import { askForToken, currentToken } from "./token";

function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = currentToken();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  return fetch(path, { ...init, headers });
}

/** A call to the server. A 401 asks for the token and tries again; every other refusal is thrown as a problem. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response = await send(path, init);
  while (response.status === 401) {
    if ((await askForToken()) === null) break;
    init.signal?.throwIfAborted();
    response = await send(path, init);
  }
  if (!response.ok) throw new ApiError(await problemOfResponse(response));
  return response;
}

export async function getJson(path: string, signal: AbortSignal): Promise<unknown> {
  const response = await call(path, { signal, headers: { Accept: "application/json" } });
  return response.json();
}
