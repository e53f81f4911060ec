import { expect, it } from "vitest";
import { densities, densityOf } from "./density";

it("has the density that was kept, and the normal one for any other text", () => {
  for (const density of densities) expect(densityOf(density.name)).toBe(density);
  for (const text of [null, "", "huge", "Compact"]) expect(densityOf(text).rowHeight).toBe(26);
});
