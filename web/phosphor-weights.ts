import type { Plugin } from "vite";

/** Every Phosphor icon module carries six weights; only those drawn by the app stay in the bundle. */
export function phosphorWeights(keep: readonly string[]): Plugin {
  return {
    name: "phosphor-weights",
    enforce: "pre",
    transform(code, id) {
      if (!/@phosphor-icons\/react\/dist\/defs\//.test(id)) return undefined;
      const [head = "", ...weights] = code.split(/(?=\[\s*"(?:bold|duotone|fill|light|regular|thin)",)/);
      const last = weights.pop();
      if (last === undefined) return undefined;
      const close = last.lastIndexOf("]);");
      const tail = close < 0 ? "" : last.slice(close);
      weights.push(close < 0 ? last : last.slice(0, close));
      const kept = weights
        .filter((weight) => keep.includes(/"(\w+)"/.exec(weight)?.[1] ?? ""))
        .map((weight) => weight.trim().replace(/,?$/, ","));
      return { code: head + kept.join("\n") + tail, map: null };
    },
  };
}
