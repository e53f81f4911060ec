import { useMemo, useState, type ReactNode } from "react";
import { Tabs } from "@cloudflare/kumo/components/tabs";
import { ArrowLeftIcon, CaretDownIcon, CaretUpIcon, CheckIcon, CopyIcon, LinkSimpleIcon, XIcon } from "@phosphor-icons/react";
import type { Dataset } from "@/api/datasets";
import { copyText } from "@/lib/copy";
import { recallNumber, remember } from "@/lib/preferences";
import { recordAt, type ResultSet } from "@/lib/result-set";
import { DragEdge } from "@/ui/drag-edge";
import { IconButton } from "@/ui/icon-button";
import { textOf } from "./cells";
import { isFilled, RecordFields, type OnMenu } from "./record-fields";
import { RecordHead } from "./record-head";

export interface ExtraTab {
  value: string;
  label: string;
  content: ReactNode;
}

export interface DrawerProps {
  set: ResultSet;
  row: number;
  dataset: Dataset | undefined;
  isFirst: boolean;
  isLast: boolean;
  /** The address that shows this record again. */
  link: string;
  /** The tab that shows; of one that isn't there the fields are shown. */
  tab: string;
  onTab: (tab: string) => void;
  extraTabs?: readonly ExtraTab[];
  /** What stands between the head and the tabs. */
  head?: ReactNode;
  /** The way to the record from which this one was opened. */
  back?: (() => void) | undefined;
  onMove: (by: 1 | -1) => void;
  onClose: () => void;
  onFilter: ((predicate: string) => void) | null;
  why: string | undefined;
  /** Opens the menu of a value. */
  onMenu?: OnMenu | undefined;
}

const widthKey = "drawer-width";
const [minDrawer, maxDrawer] = [320, 860];
const noTabs: readonly ExtraTab[] = [];

export function RecordDrawer({ set, row, dataset, isFirst, isLast, link, tab: chosen, onTab, extraTabs = noTabs, head, back, onMove, onClose, onFilter, why, onMenu }: DrawerProps) {
  const [width, setWidth] = useState(() => recallNumber(widthKey, 404, minDrawer, maxDrawer));
  const [onlyFilled, setOnlyFilled] = useState(true);
  const [copied, setCopied] = useState<"link" | "json" | null>(null);
  const record = useMemo(() => recordAt(set, row), [set, row]);
  const json = () => JSON.stringify(record, null, 2);
  const filled = Object.values(record).filter(isFilled).length;
  const copy = async (what: "link" | "json", text: string) => {
    if (await copyText(text)) setCopied(what);
    setTimeout(() => setCopied(null), 1200);
  };
  const resize = (next: number) => {
    setWidth(next);
    remember(widthKey, String(next));
  };
  const title = dataset?.idField ? textOf(record[dataset.idField]) : "";
  const tabs = [{ value: "fields", label: "Fields" }, { value: "json", label: "JSON" }, ...extraTabs.map(({ value, label }) => ({ value, label }))];
  const tab = tabs.some((each) => each.value === chosen) ? chosen : "fields";
  return (
    <aside aria-label="Record" className="relative flex max-w-[60vw] shrink-0 flex-col border-l border-kumo-line bg-kumo-base" style={{ width }}>
      <DragEdge label="Width of the record" orientation="vertical" direction={-1} value={width} min={minDrawer} max={maxDrawer} className="absolute inset-y-0 -left-1 z-10 w-2" onChange={resize} />
      <div className="flex h-9 shrink-0 items-center gap-0.5 border-b border-kumo-hairline pr-1.5 pl-3">
        {back && <IconButton label="Back to the record before" hint="Back to the record before (Backspace)" icon={ArrowLeftIcon} onClick={back} />}
        <h2 className="min-w-0 truncate font-mono text-xs font-medium" title={title}>
          {title || `Row ${row + 1}`}
        </h2>
        <span className="ml-auto" />
        <IconButton label="Previous record" hint="Previous record (k)" icon={CaretUpIcon} disabled={isFirst} onClick={() => onMove(-1)} />
        <IconButton label="Next record" hint="Next record (j)" icon={CaretDownIcon} disabled={isLast} onClick={() => onMove(1)} />
        <IconButton label="Copy link to this record" icon={copied === "link" ? CheckIcon : LinkSimpleIcon} onClick={() => void copy("link", new URL(link, location.href).href)} />
        <IconButton label="Copy as JSON" hint="Copy as JSON (y)" icon={copied === "json" ? CheckIcon : CopyIcon} onClick={() => void copy("json", json())} />
        <IconButton label="Close record" hint="Close (Esc)" icon={XIcon} onClick={onClose} />
      </div>
      <RecordHead record={record} timeField={dataset?.timestampField} />
      {head}
      <div className="shrink-0 px-3 pt-2">
        <Tabs size="sm" variant="underline" value={tab} onValueChange={onTab} tabs={tabs} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a pane that scrolls must be reachable by key */}
      <div data-pane className="relative min-h-0 flex-1 overflow-y-auto pb-4" tabIndex={0} role="group" aria-label="Content of the record">
        {tab === "fields" && (
          <>
            <label className="absolute top-1 right-3 flex min-h-6 items-center gap-1.5 text-2xs text-kumo-subtle">
              <input type="checkbox" className="size-3.5 accent-kumo-brand" checked={!onlyFilled} onChange={(e) => setOnlyFilled(!e.target.checked)} />
              All {set.columns.length}, {filled} filled
            </label>
            <RecordFields record={record} columns={set.columns} dataset={dataset} onlyFilled={onlyFilled} onFilter={onFilter} why={why} onMenu={onMenu} />
          </>
        )}
        {tab === "json" && <pre className="p-3 font-mono text-2xs break-all whitespace-pre-wrap">{json()}</pre>}
        {extraTabs.find((each) => each.value === tab)?.content}
      </div>
    </aside>
  );
}
