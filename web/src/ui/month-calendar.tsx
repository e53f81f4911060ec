import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { CaretLeftIcon, CaretRightIcon } from "@phosphor-icons/react";
import { addMonths, dayByKey, dayLabel, dayOf, daysBetween, firstOfMonth, monthLabel, weekdayNames, weeksOf, type Days } from "@/lib/month";
import { IconButton } from "./icon-button";

interface Props {
  /** The days that are chosen, in UTC. */
  days: Days | null;
  today: number;
  /** The days from the first to the last with data, where that is known: others are dimmed. */
  filled?: Days | null | undefined;
  onPick: (days: Days) => void;
}

/** A month of days. One click or Enter picks a day, the next one all from there to another day. */
export function MonthCalendar({ days, today, filled, onPick }: Props) {
  const [cursor, setCursor] = useState(() => days?.last ?? dayOf(today));
  const [anchor, setAnchor] = useState<number | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const isMoved = useRef(false);
  const grid = useRef<HTMLDivElement>(null);
  const last = days?.last;
  useEffect(() => {
    if (last !== undefined) setCursor(last);
  }, [last]);
  useEffect(() => {
    if (isMoved.current) grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
    isMoved.current = false;
  }, [cursor]);

  // An anchor is that of the days it picked: other days, typed meanwhile, make it void.
  const pending = anchor !== null && days?.first === anchor && days.last === anchor ? anchor : null;
  const shown = pending === null ? days : daysBetween(pending, hover ?? cursor);
  const pick = (day: number) => {
    onPick(daysBetween(pending ?? day, day));
    setAnchor(pending === null ? day : null);
    setCursor(day);
  };
  const key = (e: KeyboardEvent) => {
    const to = e.ctrlKey || e.metaKey || e.altKey ? null : dayByKey(e.key, cursor);
    if (to === null) return;
    e.preventDefault();
    isMoved.current = to !== cursor;
    setHover(null);
    setCursor(to);
  };
  const turn = (by: number) => setCursor(addMonths(firstOfMonth(cursor), by));
  return (
    <div className="w-[216px]">
      <div className="flex h-7 items-center justify-between">
        <IconButton label="Month before" icon={CaretLeftIcon} onClick={() => turn(-1)} />
        <h3 aria-live="polite" className="text-xs font-medium">
          {monthLabel(cursor)}
        </h3>
        <IconButton label="Month after" icon={CaretRightIcon} onClick={() => turn(1)} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its days take the focus */}
      <div ref={grid} role="grid" aria-label={`Days of ${monthLabel(cursor)}`} onKeyDown={key} onMouseLeave={() => setHover(null)}>
        <div role="row" className="grid grid-cols-7">
          {weekdayNames.map(({ short, long }) => (
            <span key={long} role="columnheader" aria-label={long} className="py-0.5 text-center text-2xs text-kumo-subtle">
              {short}
            </span>
          ))}
        </div>
        {weeksOf(cursor).map((week, k) => (
          // A line is its place in the month.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={k} role={week.some((day) => day !== null) ? "row" : "presentation"} className="grid h-[26px] grid-cols-7">
            {week.map((day, weekday) =>
              day === null ? (
                <span key={weekdayNames[weekday]!.long} aria-hidden="true" />
              ) : (
                <Day
                  key={day} day={day} shown={shown} isToday={day === dayOf(today)} isCursor={day === cursor} isFilled={!filled || (day >= filled.first && day <= filled.last)}
                  onPick={() => pick(day)} onHover={() => setHover(day)}
                />
              ),
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

interface DayProps {
  day: number;
  shown: Days | null;
  isToday: boolean;
  isCursor: boolean;
  isFilled: boolean;
  onPick: () => void;
  onHover: () => void;
}

function Day({ day, shown, isToday, isCursor, isFilled, onPick, onHover }: DayProps) {
  const isShown = shown !== null && day >= shown.first && day <= shown.last;
  const isEnd = shown !== null && (day === shown.first || day === shown.last);
  return (
    <span role="gridcell" aria-selected={isShown} className={isShown ? "bg-v-row" : ""}>
      <button
        type="button"
        tabIndex={isCursor ? 0 : -1}
        aria-label={`${dayLabel(day)}${isFilled ? "" : ", no data"}`}
        aria-current={isToday ? "date" : undefined}
        className={`num h-[26px] w-full rounded text-xs hover:bg-kumo-tint ${isFilled ? "text-kumo-default" : "text-kumo-subtle italic"} ${isEnd ? "font-semibold ring-1 ring-kumo-brand ring-inset" : ""} ${isToday ? "underline underline-offset-4" : ""}`}
        onClick={onPick}
        onMouseOver={onHover}
        onFocus={onHover}
      >
        {new Date(day).getUTCDate()}
      </button>
    </span>
  );
}
