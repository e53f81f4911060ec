import { useState, type ReactNode } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import type { Problem } from "@/api/problem";
import { copyText } from "@/lib/copy";
import { int, plural } from "@/lib/format";
import { lineAndColumn, indexOfByte } from "@/lib/sql/offsets";
import { Strip } from "@/ui/strip";
import { useDensity } from "./density";
import type { RunState } from "./query-run";
import { markOf, replaceMark, replacementOf } from "./sql-mark";

export function Message({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="grid min-h-0 flex-1 place-items-center overflow-auto p-6">
      <div className="max-w-[460px] text-center">
        <h2 className="text-base font-semibold">{title}</h2>
        <div className="mt-1 text-kumo-subtle">{children}</div>
        {actions && <div className="mt-3 flex justify-center gap-2">{actions}</div>}
      </div>
    </div>
  );
}

/** An empty answer says what was read, so that it can be trusted. */
export function EmptyAnswer({ run, actions, title = "No event matches" }: { run: RunState; actions?: ReactNode; title?: string }) {
  return (
    <Message title={title} actions={actions}>
      <p>{coverageWords(run)}</p>
    </Message>
  );
}

export function coverageWords(run: RunState): string {
  const coverage = run.done?.coverage;
  if (!coverage) return "The run ended before it was known whether there are any.";
  if (!coverage.complete) return `Only ${int(coverage.filesRead)} of ${plural(coverage.filesTotal, "file")} could be read, so there may be more.`;
  if (coverage.filesTotal === 0) return "The table holds no file yet: 0 files read, and the answer is complete.";
  const ruledOut = coverage.filesPruned > 0 ? ` The other ${int(coverage.filesPruned)} can't hold a match by their statistics.` : " None was skipped.";
  return `${int(coverage.filesRead)} of ${plural(coverage.filesTotal, "file")} read.${ruledOut} The answer is complete.`;
}

/** The shape of the table before there is any. */
export function Skeleton() {
  const [{ rowHeight }] = useDensity();
  return (
    <div aria-hidden="true" className="min-h-0 flex-1 overflow-hidden">
      <div className="h-7 border-b border-kumo-line" />
      {Array.from({ length: 40 }, (_, k) => (
        <div key={k} className="flex items-center gap-6 border-b border-kumo-hairline px-3" style={{ height: rowHeight }}>
          {[84, 62, 30, 104, 26, 40, 40, 44, 150, 90 + ((k * 37) % 120)].map((width, n) => (
            <span key={n} className="h-2 shrink-0 rounded-full bg-kumo-fill" style={{ width }} />
          ))}
        </div>
      ))}
    </div>
  );
}

interface ProblemProps {
  problem: Problem;
  sql: string;
  onApply: (sql: string) => void;
}

/** A refusal in place: what, where, and what may stand there instead. */
export function ProblemStrip({ problem, sql, onApply }: ProblemProps) {
  const [copied, setCopied] = useState(false);
  const mark = markOf(sql, problem);
  const at = problem.position === undefined ? null : lineAndColumn(sql, indexOfByte(sql, problem.position));
  const replacement = mark ? replacementOf(problem.suggestion) : null;
  const details = JSON.stringify({ ...problem, sql }, null, 2);
  return (
    <Strip
      kind="bad"
      actions={
        <Button size="xs" variant="ghost" onClick={() => void copyText(details).then(setCopied)}>
          {copied ? "Copied" : "Copy details"}
        </Button>
      }
    >
      <span className="whitespace-pre-line">{problem.message}</span>
      {problem.suggestion && !replacement && !problem.message.includes(problem.suggestion) && <span> {problem.suggestion}</span>}
      <span className="num ml-2 text-kumo-subtle">
        {at && `line ${at.line}, column ${at.column} · `}
        {problem.code}
      </span>
      {mark && replacement && (
        <button type="button" className="ml-2 min-h-6 rounded px-1 font-medium text-kumo-link underline underline-offset-2" onClick={() => onApply(replaceMark(sql, mark))}>
          Use {replacement}
        </button>
      )}
    </Strip>
  );
}
