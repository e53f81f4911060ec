import { bytes } from "@/lib/format";
import { clockMs, day } from "@/lib/clock";
import { ActionChip } from "@/ui/action-chip";
import { actionWord, attackMarks } from "./outcome";

const word = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** The first thing to know of a record: for a request its line, time, status and outcome. */
export function RecordHead({ record, timeField }: { record: Record<string, unknown>; timeField: string | null | undefined }) {
  const method = word(record.ClientRequestMethod);
  const host = word(record.ClientRequestHost);
  const path = word(record.ClientRequestURI) || word(record.ClientRequestPath);
  const time = Date.parse(word(timeField ? record[timeField] : undefined));
  const status = word(record.EdgeResponseStatus);
  const score = Number(record.WAFAttackScore ?? 0);
  return (
    <div className="border-b border-kumo-hairline px-3 py-2.5">
      {(method || host || path) && (
        <p className="mb-1.5 max-h-24 overflow-y-auto font-mono text-xs break-all">
          <span className="mr-2 font-semibold">{method}</span>
          {host}
          <span className="font-semibold">{path}</span>
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-kumo-subtle">
        {!Number.isNaN(time) && (
          <span className="num">
            {day(time)} {clockMs(time)} UTC
          </span>
        )}
        {status && <span className="num font-medium text-kumo-default">{status}</span>}
        <Outcome record={record} />
        {attackMarks(score) > 1 && <span>{attackMarks(score) === 3 ? "Attack" : "Likely attack"}, score {score}</span>}
        {typeof record.OriginResponseBytes === "number" && <span className="num">{bytes(record.OriginResponseBytes)} from origin</span>}
      </div>
    </div>
  );
}

function Outcome({ record }: { record: Record<string, unknown> }) {
  const hasAction = "SecurityAction" in record || "Action" in record;
  const action = actionWord(record.SecurityAction ?? record.Action);
  if (action) return <ActionChip {...action} />;
  return hasAction ? <span>Not mitigated</span> : null;
}
