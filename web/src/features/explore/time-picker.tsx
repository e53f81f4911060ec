import { lazy, Suspense, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { CaretDownIcon, CaretLeftIcon, CaretRightIcon, ClockIcon } from "@phosphor-icons/react";
import type { DatasetSummary } from "@/api/datasets";
import { rangeLabel } from "@/lib/clock";
import { span } from "@/lib/format";
import { daysOf, type Days } from "@/lib/month";
import { isAllTime, presetOf, presets, resolveRange, shiftRange, type TimeRange } from "@/lib/time-range";

const TimeRangeForm = lazy(() => import("./time-range-form"));

interface Props {
  range: TimeRange;
  /** What is stored, which says what days have data. */
  table: DatasetSummary["table"];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (range: TimeRange) => void;
}

/** The days from a table's oldest event to its newest. */
function filledDays(table: DatasetSummary["table"]): Days | null {
  const from = Date.parse(table?.oldest ?? "");
  const to = Date.parse(table?.newest ?? "");
  return Number.isNaN(from) || Number.isNaN(to) ? null : daysOf({ from, to: to + 1 });
}

export function TimePicker({ range, table, open, onOpenChange, onChange }: Props) {
  // Relative ranges move with the clock; the label says where they stood when the page was last drawn.
  const [now, setNow] = useState(Date.now);
  const at = resolveRange(range, Math.max(now, Date.now()));
  const preset = presetOf(range);
  const isBounded = !isAllTime(range);
  const choose = (next: TimeRange) => {
    onOpenChange(false);
    onChange(next);
  };
  return (
    <div className="flex items-center">
      <Button
        variant="secondary" size="sm" shape="square" className="rounded-r-none" aria-label="Earlier by one span" icon={CaretLeftIcon}
        disabled={!isBounded} onClick={() => onChange(shiftRange(range, -1, Date.now()))}
      />
      <Popover open={open} onOpenChange={(next) => (setNow(Date.now()), onOpenChange(next))}>
        <Popover.Trigger
          render={
            <Button variant="secondary" size="sm" className="-ml-px rounded-none">
              <ClockIcon size={14} className="text-kumo-subtle" />
              <span className="num">{preset?.label ?? (at ? rangeLabel(at.from, at.to, now) : "Time range")}</span>
              {!preset && at && <span className="text-kumo-subtle">{span(at.to - at.from)}</span>}
              <CaretDownIcon size={11} className="text-kumo-subtle" />
            </Button>
          }
        />
        <Popover.Content align="end" className="w-[660px] max-w-[95vw] p-0">
          <Popover.Title className="sr-only">Time range</Popover.Title>
          <div className="grid grid-cols-[136px_1fr]">
            <ul className="border-r border-kumo-hairline p-1.5" aria-label="Presets">
              {presets.map((p) => (
                <li key={p.label}>
                  <button
                    type="button"
                    aria-current={p === preset || undefined}
                    className={`block min-h-[26px] w-full rounded px-2 py-1 text-left text-xs hover:bg-kumo-tint ${p === preset ? "bg-kumo-tint font-medium" : ""}`}
                    onClick={() => choose(p.range)}
                  >
                    {p.label}
                  </button>
                </li>
              ))}
            </ul>
            <Suspense fallback={<div aria-busy="true" className="h-[230px]" />}>
              <TimeRangeForm range={range} filled={filledDays(table)} onApply={choose} />
            </Suspense>
          </div>
        </Popover.Content>
      </Popover>
      <Button
        variant="secondary" size="sm" shape="square" className="-ml-px rounded-l-none" aria-label="Later by one span" icon={CaretRightIcon}
        disabled={!isBounded || range.to === "now"} onClick={() => onChange(shiftRange(range, 1, Date.now()))}
      />
    </div>
  );
}
