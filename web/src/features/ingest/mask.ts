const dots = "••••••••";

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every form that a token takes in the ready texts: plain, in an address, in a shell's word, in a quoted text. */
function formsOf(token: string): string[] {
  const quoted = JSON.stringify(token).slice(1, -1);
  return [
    percentEncoded(token),
    token.replaceAll("'", String.raw`'\''`),
    quoted.replaceAll("${", "$${").replaceAll("%{", "%%{"),
    quoted,
    token,
  ].toSorted((a, b) => b.length - a.length);
}

/** The text with dots in place of the token. */
export function maskToken(text: string, token: string): string {
  return formsOf(token).reduce((masked, form) => masked.replaceAll(form, dots), text);
}
