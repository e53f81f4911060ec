import { useKept } from "@/api/kept";

export const densities = [
  { name: "compact", label: "Compact", rowHeight: 22 },
  { name: "normal", label: "Normal", rowHeight: 26 },
  { name: "roomy", label: "Roomy", rowHeight: 32 },
] as const;

export type Density = (typeof densities)[number];

/** The density of a name that was kept; the normal one for any other. */
export const densityOf = (name: string | null): Density => densities.find((d) => d.name === name) ?? densities[1];

/** How high the rows of every table are, as the user likes it. */
export function useDensity(): [Density, (density: Density) => void] {
  const [name, keep] = useKept("density");
  return [densityOf(name), (density) => keep(density === densities[1] ? null : density.name)];
}
