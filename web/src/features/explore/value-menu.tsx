import { useRouter } from "@tanstack/react-router";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { ArrowsOutSimpleIcon, ChartBarHorizontalIcon, ColumnsPlusRightIcon, CopyIcon, FunnelIcon, FunnelXIcon } from "@phosphor-icons/react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { DatasetSummary } from "@/api/datasets";
import { problemOfError } from "@/api/problem";
import { compact, int } from "@/lib/format";
import { shapeOf } from "@/lib/value-shape";
import type { ResultSet } from "@/lib/result-set";
import { predicatesOf } from "./cell-tools";
import { textOf } from "./cells";
import type { ViewColumn } from "./columns";
import { useElsewhere } from "./elsewhere";
import { logsSearch, type Place } from "./place";

/** A value of a record, and where its menu opens. */
export interface MenuTarget {
  /** The column's name. */
  name: string;
  /** The field of the dataset that the column shows; null when it shows none. */
  field: string | null;
  type: string;
  value: unknown;
  dataset: string | undefined;
  anchor: { getBoundingClientRect: () => DOMRect };
}

interface Props {
  target: MenuTarget;
  datasets: readonly DatasetSummary[];
  place: Place;
  /** Null when the statement can't be edited; `why` says so then. */
  onFilter: ((predicate: string) => void) | null;
  why: string | undefined;
  /** Null when the table has the column, or can't have it. */
  onColumn: ((name: string) => void) | null;
  /** Null when the statement can't be made to count. */
  onTop: (() => void) | null;
  onCopy: (text: string) => void;
  /** Shows the whole value. */
  onShow: (target: MenuTarget) => void;
  onClose: () => void;
}

/** What a cell of an answer shows. */
export function targetOf(set: ResultSet | null, row: number, { name, index }: ViewColumn): Pick<MenuTarget, "name" | "field" | "type" | "value"> {
  const column = set?.columns[index];
  return { name, field: column?.field ?? null, type: column?.type ?? "string", value: set?.data[index]?.[row] };
}

/** Whether a field can become a column of the table that does not show it. */
export const canShow = (target: MenuTarget, shown: readonly ViewColumn[], set: ResultSet | null, dataset: string | undefined): boolean =>
  target.dataset === dataset && set !== null && set.columns.some((column) => column.name === target.name) && !shown.some((column) => column.name === target.name);

const item = "min-h-7 py-1 text-[13px]";
const titleMax = 48;

const shortened = (text: string): string => (text.length > titleMax ? `${text.slice(0, titleMax - 1)}…` : text);

/** What can be done with a value: narrow by it, copy it, and look for it in other datasets. */
export function ValueMenu({ target, datasets, place, onFilter, why, onColumn, onTop, onCopy, onShow, onClose }: Props) {
  const router = useRouter();
  const { name, field, type, value, anchor } = target;
  const text = textOf(value);
  const found = field === null ? null : predicatesOf(field, type, value);
  const elsewhere = useElsewhere(field ?? "", value, target.dataset, datasets, place);
  const narrow = found && onFilter ? onFilter : null;
  return (
    <DropdownMenu open onOpenChange={(open) => !open && onClose()}>
      <DropdownMenu.Content anchor={anchor} align="start" sideOffset={4} className="w-[300px]">
        <DropdownMenu.Group>
          <DropdownMenu.Label className="truncate text-xs">
            {name} <span className="font-mono">{text === "" ? "empty" : shortened(text)}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Item className={item} icon={FunnelIcon} disabled={!narrow} title={narrow ? found?.only : why} onClick={() => found && narrow?.(found.only)}>
            Only this
            <DropdownMenu.Shortcut className="ml-auto text-2xs">=</DropdownMenu.Shortcut>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} icon={FunnelXIcon} disabled={!narrow} title={narrow ? found?.hide : why} onClick={() => found && narrow?.(found.hide)}>
            Hide this
            <DropdownMenu.Shortcut className="ml-auto text-2xs">-</DropdownMenu.Shortcut>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} icon={CopyIcon} disabled={text === ""} onClick={() => onCopy(text)}>
            Copy
          </DropdownMenu.Item>
          {shapeOf(value) !== null && (
            <DropdownMenu.Item className={item} icon={ArrowsOutSimpleIcon} onClick={() => onShow(target)}>
              Show the whole value
            </DropdownMenu.Item>
          )}
          {onColumn && (
            <DropdownMenu.Item className={item} icon={ColumnsPlusRightIcon} onClick={() => onColumn(name)}>
              Add column
            </DropdownMenu.Item>
          )}
          {onTop && (
            <DropdownMenu.Item className={item} icon={ChartBarHorizontalIcon} onClick={onTop}>
              Top values
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Group>
        {elsewhere.words !== null && (elsewhere.found.length > 0 || elsewhere.isReading) && (
          <>
            <DropdownMenu.Separator />
            <DropdownMenu.Group>
              <DropdownMenu.Label className="text-xs">All of this {elsewhere.words} in</DropdownMenu.Label>
              {elsewhere.found.map(({ dataset, condition, count }) => (
                <DropdownMenu.Item
                  key={dataset.name} className={item} title={condition}
                  onClick={() => void router.navigate({ to: "/logs", search: logsSearch(dataset, condition, place) })}
                >
                  <span className="min-w-0 flex-1 truncate font-mono text-xs">{dataset.name}</span>
                  <Count count={count} />
                </DropdownMenu.Item>
              ))}
              {elsewhere.isReading && elsewhere.found.length === 0 && <p className="px-2 py-1 text-xs text-kumo-subtle">Reading the datasets</p>}
            </DropdownMenu.Group>
          </>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}

function Count({ count }: { count: UseQueryResult<number> }) {
  if (count.error)
    return (
      <span className="text-2xs text-v-warn" title={problemOfError(count.error).message}>
        not counted
      </span>
    );
  return (
    <span className="num text-2xs text-kumo-subtle" title={count.data === undefined ? undefined : `${int(count.data)} in the range of the page`}>
      {count.data === undefined ? "…" : compact(count.data)}
    </span>
  );
}
