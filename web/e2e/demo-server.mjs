import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dist } from "./page-bytes.mjs";

const program = process.env.VARVE_DLL ?? fileURLToPath(new URL("../../artifacts/bin/Varve.Cli/release/varve.dll", import.meta.url));

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Resolves when the server has said that it is ready, and fails with all it said when it ends before that. */
const ready = (child) =>
  new Promise((resolve, reject) => {
    let said = "";
    const hear = (data) => {
      said += data;
      if (said.includes("Varve is ready")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`the demo ended with code ${code}:\n${said}`)));
  });

/** Serves the built page with a day of simulated traffic, on a free port and from a folder of its own, while `run` runs. */
export async function withDemo(rows, run) {
  if (!existsSync(program)) throw new Error(`${program} is not there: run make build, or name another with VARVE_DLL.`);
  const folder = await mkdtemp(path.join(tmpdir(), "varve-demo-"));
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const child = spawn("dotnet", [program, "demo", "--data", folder, "--rows", String(rows), "--urls", baseUrl], {
    env: { ...process.env, VARVE_WEB: dist },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    await ready(child);
    return await run(baseUrl);
  } finally {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
