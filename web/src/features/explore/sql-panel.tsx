import { lazy, Suspense, useMemo, useState } from "react";
import type { Problem } from "@/api/problem";
import { recallNumber, remember } from "@/lib/preferences";
import { DragEdge } from "@/ui/drag-edge";
import type { Schema } from "./sql-completion";
import { markOf, replaceMark } from "./sql-mark";

const SqlEditor = lazy(() => import("./sql-editor"));
const heightKey = "sql-height";
const [minHeight, maxHeight] = [54, 480];

interface Props {
  value: string;
  /** The statement the problem is about. */
  ranSql: string | null;
  problem: Problem | null;
  schema: Schema;
  onChange: (text: string) => void;
  onRun: (sql?: string) => void;
}

export function SqlPanel({ value, ranSql, problem, schema, onChange, onRun }: Props) {
  const [height, setHeight] = useState(() => recallNumber(heightKey, 76, minHeight, maxHeight));
  const mark = useMemo(() => (problem && ranSql === value ? markOf(value, problem) : null), [value, ranSql, problem]);
  const resize = (next: number) => {
    setHeight(next);
    remember(heightKey, String(next));
  };
  return (
    <div className="shrink-0 border-b border-kumo-hairline bg-kumo-base px-3 pt-0.5">
      <div
        className={`overflow-hidden rounded-md border bg-kumo-canvas focus-within:border-kumo-brand ${mark ? "border-v-bad" : "border-kumo-line"}`}
        style={{ height }}
      >
        <Suspense fallback={<EditorPlaceholder text={value} />}>
          <SqlEditor value={value} schema={schema} mark={mark} onChange={onChange} onRun={onRun} onApply={(m) => onRun(replaceMark(value, m))} />
        </Suspense>
      </div>
      <DragEdge label="Height of the SQL editor" orientation="horizontal" value={height} min={minHeight} max={maxHeight} className="h-2 rounded" onChange={resize} />
    </div>
  );
}

/** The statement as plain text in the editor's own layout, so nothing moves when the editor arrives. */
function EditorPlaceholder({ text }: { text: string }) {
  return <pre className="overflow-hidden py-[7px] pl-[34px] font-mono text-[12.5px] leading-5 whitespace-pre-wrap">{text}</pre>;
}
