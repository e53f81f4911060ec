import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { phosphorWeights } from "./phosphor-weights.ts";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [phosphorWeights(["regular", "bold", "fill"]), react(), tailwindcss()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": server, "/client": server } },
  // Small fonts written into the CSS as data: addresses would be refused by `font-src 'self'`.
  build: { target: "es2023", assetsInlineLimit: 0, chunkSizeWarningLimit: 800, manifest: true },
  test: { environment: "jsdom", setupFiles: ["./src/testing/setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
});
