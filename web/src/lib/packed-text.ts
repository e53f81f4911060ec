const prefix = "z:";
const packFrom = 1000;

async function pipe(data: Uint8Array<ArrayBuffer>, through: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const writer = through.writable.getWriter();
  const written = writer.write(data).then(() => writer.close());
  const [buffer] = await Promise.all([new Response(through.readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}

function toBase64Url(data: Uint8Array): string {
  let binary = "";
  for (const byte of data) binary += String.fromCodePoint(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.codePointAt(0) ?? 0);
}

/** The form a statement takes in the address: as it is, or `z:` and base64url of deflate when it is over 1 kB. */
export async function packText(text: string): Promise<string> {
  const data = new TextEncoder().encode(text);
  if (data.length <= packFrom && !text.startsWith(prefix)) return text;
  return prefix + toBase64Url(await pipe(data, new CompressionStream("deflate-raw")));
}

export const isPacked = (text: string): boolean => text.startsWith(prefix);

/** The statement behind its form in the address; null when the packed form is damaged. */
export async function unpackText(packed: string): Promise<string | null> {
  if (!isPacked(packed)) return packed;
  try {
    const data = await pipe(fromBase64Url(packed.slice(prefix.length)), new DecompressionStream("deflate-raw"));
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return null;
  }
}
