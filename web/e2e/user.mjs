const route = (baseUrl, name = "") => `${baseUrl}/api/preferences${name && `/${encodeURIComponent(name)}`}`;

/** What the user has set on the server, by name. */
export const preferencesOf = async (baseUrl) => (await fetch(route(baseUrl))).json();

/** Makes these the user's preferences, and no others. */
export async function setPreferences(baseUrl, wanted) {
  for (const name of Object.keys(await preferencesOf(baseUrl))) if (!(name in wanted)) await fetch(route(baseUrl, name), { method: "DELETE" });
  for (const [name, body] of Object.entries(wanted)) await fetch(route(baseUrl, name), { method: "PUT", body });
}
