import type { TableFigures } from "@/api/ingest-status";
import { barsOf, historyWords } from "./figures";

const [width, height] = [120, 22];

/** Records of each minute of the last hour, rejected lines on top. The newest minute is at the right. */
export function Sparkline({ history }: { history: TableFigures["history"] }) {
  const bars = barsOf(history);
  const step = width / bars.length;
  const path = (from: (k: number) => number, size: (k: number) => number) =>
    bars.map((_, k) => (size(k) > 0 ? `M${(k * step).toFixed(1)} ${((1 - from(k)) * height).toFixed(1)}v${(-size(k) * height).toFixed(1)}h${(step - 0.5).toFixed(1)}v${(size(k) * height).toFixed(1)}z` : "")).join("");
  const words = historyWords(history);
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={words} className="block overflow-hidden">
      <title>{words}</title>
      <path d={`M0 ${height - 0.5}h${width}`} className="stroke-v-none" fill="none" />
      <path data-series="stored" d={path(() => 0, (k) => bars[k]!.stored)} className="fill-kumo-brand" />
      <path data-series="rejected" d={path((k) => bars[k]!.stored, (k) => bars[k]!.rejected)} className="fill-v-attack" />
    </svg>
  );
}
