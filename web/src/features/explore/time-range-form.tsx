import { useState, type ClipboardEvent, type FormEvent } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { CopyIcon } from "@phosphor-icons/react";
import { rfc3339 } from "@/lib/clock";
import { copyText } from "@/lib/copy";
import { span } from "@/lib/format";
import { daysOf, rangeOfDays, type Days } from "@/lib/month";
import { canonicalTime, instantOf, isAllTime, parsePair, resolveRange, type TimeRange } from "@/lib/time-range";
import { MonthCalendar } from "@/ui/month-calendar";

interface Props {
  range: TimeRange;
  /** The days from the oldest event to the newest, where they are known. */
  filled?: Days | null | undefined;
  onApply: (range: TimeRange) => void;
}

/** From and To as text, and a month to pick days from. A pasted pair fills both. */
export default function TimeRangeForm({ range, filled, onApply }: Props) {
  const [from, setFrom] = useState(isAllTime(range) ? "" : range.from);
  const [to, setTo] = useState(isAllTime(range) ? "now" : range.to);
  const [copied, setCopied] = useState(false);
  const now = Date.now();
  const at = resolveRange({ from, to }, now);
  const problem = problemOf(from, to, now);

  const paste = (e: ClipboardEvent) => {
    const pair = parsePair(e.clipboardData.getData("text"), Date.now());
    if (!pair) return;
    e.preventDefault();
    setFrom(pair.from);
    setTo(pair.to);
  };
  const pick = (days: Days) => {
    const picked = rangeOfDays(days);
    setFrom(picked.from);
    setTo(picked.to);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const a = canonicalTime(from, now);
    const b = canonicalTime(to, now);
    if (a && b && at) onApply({ from: a, to: b });
  };
  const copy = async () => {
    if (at) setCopied(await copyText(`${rfc3339(at.from)}/${rfc3339(at.to)}`));
  };
  const input = (label: string, value: string, set: (text: string) => void) => (
    <label className="grid gap-0.5 text-xs">
      <span className="text-kumo-subtle">{label}</span>
      <input
        value={value}
        onChange={(e) => set(e.target.value)}
        onPaste={paste}
        spellCheck={false}
        aria-invalid={value !== "" && instantOf(value, now) === null}
        className="h-7 rounded-md border border-kumo-line bg-kumo-canvas px-2 font-mono text-xs aria-invalid:border-v-bad"
      />
    </label>
  );
  return (
    <form className="grid grid-cols-[auto_1fr] gap-4 p-3" onSubmit={submit}>
      <MonthCalendar days={at && daysOf(at)} today={now} filled={filled} onPick={pick} />
      <div className="grid min-w-0 content-start gap-2">
        {input("From (UTC)", from, setFrom)}
        {input("To (UTC)", to, setTo)}
        <p role="status" className={`min-h-4 text-2xs ${problem && from !== "" ? "text-v-bad" : "text-kumo-subtle"}`}>
          {from !== "" && problem ? problem : at ? `${span(at.to - at.from)} wide` : ""}
        </p>
        <p className="text-2xs text-kumo-subtle">RFC 3339, epoch seconds or milliseconds, or “now-2h”. Paste “a/b” to fill both.</p>
        <div className="mt-1 flex gap-2">
          <Button size="sm" variant="ghost" type="button" icon={CopyIcon} disabled={!at} onClick={() => void copy()}>
            {copied ? "Copied" : "Copy range"}
          </Button>
          <Button size="sm" variant="primary" type="submit" className="ml-auto" disabled={problem !== null}>
            Apply
          </Button>
        </div>
      </div>
    </form>
  );
}

function problemOf(from: string, to: string, now: number): string | null {
  const a = instantOf(from, now);
  const b = instantOf(to, now);
  if (a === null) return "“From” is not a time.";
  if (b === null) return "“To” is not a time.";
  return a < b ? null : "“From” must lie before “To”.";
}
