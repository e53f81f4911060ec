import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { rangeLabel } from "@/lib/clock";
import { int, plural } from "@/lib/format";
import { axisTop, barsPath, bucketAt, peakOf, spanOf, totals, type Stack } from "@/lib/bars";

export interface BarSeries {
  label: string;
  /** A CSS colour. */
  colour: string;
  counts: readonly number[];
}

interface Props {
  from: number;
  step: number;
  series: readonly BarSeries[];
  /** What is counted, such as `event`. */
  thing: string;
  height: number;
  onBrush: (from: number, to: number) => void;
}

const width = 1_000;

/** Stacked bars over time. Dragging over them, or Shift with the arrow keys and then Enter, picks a span. */
export function TimeBars({ from, step, series, thing, height, onBrush }: Props) {
  const stack: Stack = { from, step, series };
  const sums = totals(stack);
  const top = axisTop(Math.max(0, ...sums));
  const [brush, setBrush] = useState<{ anchor: number; at: number } | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const chart = useRef<SVGSVGElement>(null);
  const isDragging = useRef(false);
  if (sums.length === 0) return null;

  const place = (e: PointerEvent) => {
    const box = chart.current!.getBoundingClientRect();
    return bucketAt(e.clientX - box.left, box.width, sums.length);
  };
  const apply = (picked: { anchor: number; at: number }) => {
    const span = spanOf(stack, picked.anchor, picked.at);
    setBrush(null);
    onBrush(span.from, span.to);
  };
  const down = (e: PointerEvent<SVGSVGElement>) => {
    if (e.button !== 0) return;
    e.currentTarget.setPointerCapture(e.pointerId);
    isDragging.current = true;
    setBrush({ anchor: place(e), at: place(e) });
  };
  const move = (e: PointerEvent) => {
    setHover(place(e));
    if (isDragging.current) setBrush((old) => old && { ...old, at: place(e) });
  };
  const up = () => {
    isDragging.current = false;
    if (brush) apply(brush);
  };
  const key = (e: KeyboardEvent) => {
    const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (by !== 0) {
      const at = Math.min(sums.length - 1, Math.max(0, (brush?.at ?? Math.max(0, peakOf(sums)) - by) + by));
      setBrush({ anchor: e.shiftKey && brush ? brush.anchor : at, at });
      setHover(at);
    } else if (e.key === "Enter" && brush) apply(brush);
    else if (e.key === "Escape" && brush) setBrush(null);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const each = width / sums.length;
  const span = brush && spanOf(stack, brush.anchor, brush.at);
  return (
    // A group of bars that keys walk through is a widget, which the rule does not know.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="group"
      aria-label={`${summary(stack, sums, thing)}. Arrow keys pick a bar, with Shift a span, Enter zooms to it.`}
      // The group is what the keys are for.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="relative"
      onKeyDown={key}
      onBlur={() => (setBrush(null), setHover(null))}
    >
      <svg
        ref={chart} data-chart="" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="block w-full cursor-crosshair touch-none" style={{ height }} aria-hidden="true"
        onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerLeave={() => setHover(null)}
        onPointerCancel={() => ((isDragging.current = false), setBrush(null))}
      >
        {[0.5, 1].map((share) => (
          <line key={share} x1={0} x2={width} y1={height * (1 - share) + 0.5} y2={height * (1 - share) + 0.5} stroke="var(--color-v-none)" strokeWidth={1} vectorEffect="non-scaling-stroke" strokeDasharray="2 4" />
        ))}
        {series.map((s, index) => (
          <path key={`${index} ${s.label}`} data-series={s.label} d={barsPath(stack, index, top, width, height)} fill={s.colour} />
        ))}
        {hover !== null && <rect x={hover * each} y={0} width={each} height={height} fill="currentColor" opacity={0.08} />}
        {brush && (
          <rect
            data-brush="" x={Math.min(brush.anchor, brush.at) * each} y={0} width={(Math.abs(brush.at - brush.anchor) + 1) * each} height={height} fill="var(--color-kumo-brand)" opacity={0.2}
          />
        )}
      </svg>
      <span className="num pointer-events-none absolute top-0 left-0 rounded bg-kumo-base/80 px-1 text-2xs text-kumo-subtle">{int(top)}</span>
      <p role="status" className="num pointer-events-none absolute top-0 right-0 max-w-full truncate rounded bg-kumo-base/90 px-1 text-2xs text-kumo-default">
        {span ? `${rangeLabel(span.from, span.to)}: ${plural(countIn(sums, brush!), thing)}` : hover === null ? "" : readout(stack, series, sums, hover, thing)}
      </p>
    </div>
  );
}

const countIn = (sums: readonly number[], { anchor, at }: { anchor: number; at: number }): number =>
  sums.slice(Math.min(anchor, at), Math.max(anchor, at) + 1).reduce((sum, n) => sum + n, 0);

function readout(stack: Stack, series: readonly BarSeries[], sums: readonly number[], bucket: number, thing: string): string {
  const span = spanOf(stack, bucket, bucket);
  const parts = series.length > 1 ? series.filter((s) => (s.counts[bucket] ?? 0) > 0).map((s) => `${s.label} ${int(s.counts[bucket]!)}`) : [];
  return [`${rangeLabel(span.from, span.to)}: ${plural(sums[bucket] ?? 0, thing)}`, ...parts].join(" · ");
}

function summary(stack: Stack, sums: readonly number[], thing: string): string {
  const peak = peakOf(sums);
  const all = plural(
    sums.reduce((sum, n) => sum + n, 0),
    thing,
  );
  if (peak < 0) return all;
  const span = spanOf(stack, peak, peak);
  return `${all} over time, most ${int(sums[peak]!)} from ${rangeLabel(span.from, span.to)}`;
}
