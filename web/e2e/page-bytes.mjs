import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

export const dist = fileURLToPath(new URL("../dist", import.meta.url));
const manifestFile = path.join(dist, ".vite", "manifest.json");
const editor = "src/features/explore/sql-editor.tsx";

/** Limits in kB of gzip (woff2 is packed already), of what has to come before the first rows stand there. */
const budgets = { logSearch: 290, otherPage: 260, editor: 135, css: 35, fonts: 100 };

export const hasBuild = () => existsSync(manifestFile);

/** The chunks that a module needs before it can run, itself among them. */
export function chunksOf(manifest, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const each of manifest[name].imports ?? []) chunksOf(manifest, each, found);
  return found;
}

const asIs = (content) => content;
const gzip = (content) => gzipSync(content, { level: 9 });
const brotli = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });

const kilobytes = (files, pack) => [...new Set(files)].reduce((sum, file) => sum + pack(readFileSync(path.join(dist, file))).length, 0) / 1000;

export const brotliKilobytes = (files) => kilobytes(files, brotli);

const line = (what, files, budget) => ({ what: `${what}, gzip`, measured: kilobytes(files, gzip), budget, unit: "kB", files });

/** What the built page weighs, by its manifest: each line `what` it is, `measured`, its `budget`, their `unit` and the `files`. */
export function byteLines() {
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const scripts = (names) => [...names].map((name) => manifest[name].file);
  const entry = chunksOf(manifest, "index.html");
  const pages = manifest["index.html"].dynamicImports.toSorted();
  const styles = [...entry, ...pages.flatMap((page) => [...chunksOf(manifest, page)])].flatMap((name) => manifest[name].css ?? []);
  const opener = pages.find((page) => [...chunksOf(manifest, page)].some((name) => manifest[name].dynamicImports?.includes(editor)));
  const early = chunksOf(manifest, opener, new Set(entry));
  const late = [...chunksOf(manifest, editor)].filter((name) => !early.has(name));
  const fonts = Object.values(manifest).flatMap((chunk) => (/-latin-wght-normal-[^/]*\.woff2$/.test(chunk.file) ? [chunk.file] : []));
  return [
    ...pages.map((page) => {
      const budget = page.startsWith("src/features/explore/") ? budgets.logSearch : budgets.otherPage;
      return line(`JS of the first load, ${manifest[page].name}`, scripts([...entry, ...chunksOf(manifest, page)]), budget);
    }),
    line("JS of the SQL editor, loaded later", scripts(late), budgets.editor),
    line("CSS", styles, budgets.css),
    { what: "fonts of Latin text", measured: kilobytes(fonts, asIs), budget: budgets.fonts, unit: "kB", files: fonts },
  ];
}
