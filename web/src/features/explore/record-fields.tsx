import { useMemo, useState } from "react";
import { CheckIcon, CopyIcon, DotsThreeIcon, FunnelIcon, FunnelXIcon } from "@phosphor-icons/react";
import type { Dataset, Field } from "@/api/datasets";
import { copyText } from "@/lib/copy";
import type { ResultColumn } from "@/lib/result-set";
import { IconButton } from "@/ui/icon-button";
import { predicatesOf } from "./cell-tools";
import { textOf } from "./cells";
import type { MenuTarget } from "./value-menu";

export interface RecordField {
  name: string;
  type: string;
  value: unknown;
  info: Field | undefined;
}

interface Props {
  record: Record<string, unknown>;
  columns: readonly ResultColumn[];
  dataset: Dataset | undefined;
  onlyFilled: boolean;
  /** Null when the statement can't be edited; `why` says so then. */
  onFilter: ((predicate: string) => void) | null;
  why: string | undefined;
  onMenu?: OnMenu | undefined;
}

export type OnMenu = (target: MenuTarget) => void;

export const isFilled = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && !(typeof value === "object" && Object.keys(value).length === 0);

/** Fields by group, in the order of the dataset; what the dataset does not know is a group of its own. */
function grouped(columns: readonly ResultColumn[], record: Record<string, unknown>, dataset: Dataset | undefined): [string, RecordField[]][] {
  const known = new Map(dataset?.fields.map((f) => [f.name, f]));
  const groups = new Map<string, RecordField[]>();
  const order = new Map([...known.keys()].map((name, k) => [name, k]));
  const sorted = columns.toSorted((a, b) => (order.get(a.field ?? "") ?? -1) - (order.get(b.field ?? "") ?? -1));
  for (const column of sorted) {
    const info = known.get(column.field ?? "");
    // Names with an underscore are Varve's own columns beside those of the record.
    const group = info?.group ?? (info ? "Fields" : column.name.startsWith("_") ? "Stored" : "Answer");
    const list = groups.get(group) ?? [];
    list.push({ name: column.name, type: column.type, value: record[column.name], info });
    groups.set(group, list);
  }
  return [...groups].toSorted(([a], [b]) => rankOf(a) - rankOf(b));
}

const ranks = ["Answer", "Event", "Request", "Client", "Response", "Security", "Rule", "Detection", "Bot", "TLS", "Edge", "Cache", "Origin"];

/** What a reader looks for first; groups that are not on the list follow in the dataset's own order. */
function rankOf(group: string): number {
  const rank = ranks.indexOf(group);
  return rank < 0 ? ranks.length : rank;
}

export function RecordFields({ record, columns, dataset, onlyFilled, onFilter, why, onMenu }: Props) {
  const groups = useMemo(() => grouped(columns, record, dataset), [columns, record, dataset]);
  return groups.map(([group, fields]) => {
    const shown = onlyFilled ? fields.filter((f) => isFilled(f.value)) : fields;
    return (
      shown.length > 0 && (
        <section key={group} aria-label={group}>
          <h3 className="px-3 pt-2.5 pb-0.5 text-2xs font-medium text-kumo-subtle">{group}</h3>
          <dl>
            {shown.map((field) => (
              <FieldRow key={field.name} field={field} dataset={dataset?.name} onFilter={onFilter} why={why} onMenu={onMenu} />
            ))}
          </dl>
        </section>
      )
    );
  });
}

interface RowProps extends Pick<Props, "onFilter" | "why" | "onMenu"> {
  field: RecordField;
  dataset: string | undefined;
}

function FieldRow({ field, dataset, onFilter, why, onMenu }: RowProps) {
  const { name, value, info } = field;
  const [copied, setCopied] = useState(false);
  const { only = null, hide = null } = (info && predicatesOf(info.name, field.type, value)) ?? {};
  const copy = async () => {
    setCopied(await copyText(textOf(value)));
    setTimeout(() => setCopied(false), 1200);
  };
  return (
    <div className="group relative flex min-h-[22px] items-start gap-2 px-3 py-[2px] text-xs hover:bg-kumo-tint">
      <dt className={`w-[152px] shrink-0 truncate text-kumo-subtle ${info?.deprecated ? "italic" : ""}`} title={[name, info?.description].filter(Boolean).join("\n")}>
        {name}
      </dt>
      <dd className="min-w-0 flex-1 font-mono break-all whitespace-pre-wrap">
        <FieldValue value={value} />
        {info?.unit && isFilled(value) && <span className="ml-1 font-sans text-kumo-subtle">{info.unit}</span>}
      </dd>
      <dd className="absolute top-[-1px] right-1.5 flex rounded bg-kumo-tint opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        {only && <IconButton label={`Only this ${name}`} icon={FunnelIcon} disabled={!onFilter} hint={onFilter ? `Only this: ${only}` : why} onClick={() => onFilter?.(only)} />}
        {hide && <IconButton label={`Hide this ${name}`} icon={FunnelXIcon} disabled={!onFilter} hint={onFilter ? `Hide this: ${hide}` : why} onClick={() => onFilter?.(hide)} />}
        <IconButton label={`Copy ${name}`} icon={copied ? CheckIcon : CopyIcon} onClick={() => void copy()} />
        {onMenu && <IconButton label={`More for ${name}`} icon={DotsThreeIcon} onClick={(e) => onMenu({ name, field: info?.name ?? null, type: field.type, value, dataset, anchor: e.currentTarget })} />}
      </dd>
    </div>
  );
}

function FieldValue({ value }: { value: unknown }) {
  if (!isFilled(value)) return <span className="text-kumo-inactive">{value === "" ? "empty" : "–"}</span>;
  if (Array.isArray(value) && value.every((v) => typeof v !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
