import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { delayMs, Kept, type Places } from "./kept";

/** A server and a browser's storage, either of which can be away. */
function places(stored: Record<string, string> = {}, local: Record<string, string> = {}) {
  const server = { stored: { ...stored }, isAway: false, writes: 0 };
  const refuse = () => {
    if (server.isAway) throw new TypeError("Failed to fetch");
  };
  const all: Places = {
    read: async () => (refuse(), { ...server.stored }),
    write: async (name, value) => {
      refuse();
      server.writes++;
      if (value === null) delete server.stored[name];
      else server.stored[name] = value;
    },
    recall: (key) => local[key] ?? null,
    remember: (key, value) => void (local[key] = value),
  };
  return { server, local, all };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const second = () => vi.advanceTimersByTimeAsync(delayMs);

describe("Kept", () => {
  it("reads the server's values when somebody listens", async () => {
    const { all } = places({ density: "compact" });
    const kept = new Kept(all);
    const heard = vi.fn();
    expect(kept.get("density")).toBeNull();
    kept.subscribe(heard);
    await kept.start();
    expect(kept.get("density")).toBe("compact");
    expect(heard).toHaveBeenCalledOnce();
  });

  it("holds a value at once and writes it a second after the last change", async () => {
    const { server, all } = places();
    const kept = new Kept(all);
    for (const value of ["a", "b", "c"]) {
      kept.set("columns.x", value);
      await vi.advanceTimersByTimeAsync(delayMs - 1);
      expect(kept.get("columns.x")).toBe(value);
    }
    expect(server.writes).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(server).toMatchObject({ writes: 1, stored: { "columns.x": "c" } });
    kept.set("columns.x", null);
    await second();
    expect(server).toMatchObject({ writes: 2, stored: {} });
  });

  it("has the browser's copy while the server is away, and sends later what it could not", async () => {
    const { server, local, all } = places({ density: "roomy" });
    await new Kept(all).start();
    server.isAway = true;
    const away = new Kept(all);
    await away.start();
    away.set("columns.x", "ClientIP");
    await second();
    expect([away.get("density"), away.get("columns.x")]).toEqual(["roomy", "ClientIP"]);
    server.isAway = false;
    server.stored.density = "compact";
    const again = new Kept(all);
    expect([again.get("density"), again.get("columns.x")]).toEqual(["roomy", "ClientIP"]);
    await again.start();
    await second();
    expect(server.stored).toEqual({ density: "compact", "columns.x": "ClientIP" });
    expect(JSON.parse(local.kept!)).toEqual({ values: server.stored, unsent: [] });
  });

  it("keeps what was set while the server was still being read", async () => {
    const { server, all } = places({ density: "roomy" });
    const kept = new Kept(all);
    const reading = kept.start();
    kept.set("density", "compact");
    await reading;
    expect(kept.get("density")).toBe("compact");
    await second();
    expect(server.stored.density).toBe("compact");
  });

  it("writes what waits when the page is left", async () => {
    const { server, all } = places();
    const kept = new Kept(all);
    kept.set("density", "compact");
    kept.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(server).toMatchObject({ writes: 1, stored: { density: "compact" } });
    await second();
    expect(server.writes).toBe(1);
  });

  it.each(["", "null", "[]", "{", '{"values":7,"unsent":{}}', '{"values":{"density":3}}'])("starts empty from a damaged copy: %s", (text) => {
    expect(new Kept(places({}, { kept: text }).all).get("density")).toBeNull();
  });
});
