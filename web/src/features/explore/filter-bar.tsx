import { useCallback, useMemo, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { CodeIcon, PlusIcon, XIcon } from "@phosphor-icons/react";
import type { Field } from "@/api/datasets";
import { conditionOf, filterWords, isNegative, type FieldTypes, type Filter, type Groups } from "@/lib/filters/filter";
import { readFilters, withCondition } from "@/lib/filters/read";
import { FilterForm } from "./filter-form";
import type { Explore } from "./use-explore";
import { usePastedFilters } from "./use-pasted-filters";
import { useValuesSubject } from "./use-values-subject";

interface Props {
  explore: Explore;
  isSqlOpen: boolean;
  onSqlToggle: () => void;
}

/** Where a filter stands: its group and its place in that. A place one past the last is that of a new one. */
interface Place {
  group: number;
  at: number;
}

const noFields: readonly Field[] = [];

/** The groups with a filter set at a place, or taken out with null. Groups without filters go. */
export function withFilter(groups: Groups, { group, at }: Place, filter: Filter | null): Groups {
  const all = groups.length > group ? groups : [...groups, []];
  return all.map((filters, k) => (k === group ? filters.toSpliced(at, 1, ...(filter ? [filter] : [])) : filters)).filter((filters) => filters.length > 0);
}

/** The statement's condition as pills: what they say is its WHERE, and its WHERE is what they say. */
export function FilterBar({ explore, isSqlOpen, onSqlToggle }: Props) {
  const { draft, commit, dataset } = explore;
  const fields = dataset?.fields ?? noFields;
  const byName = useMemo(() => new Map(fields.map((f) => [f.name.toLowerCase(), f])), [fields]);
  const types = useCallback<FieldTypes>((name) => byName.get(name.toLowerCase()), [byName]);
  const reading = useMemo(() => (draft === null || byName.size === 0 ? null : readFilters(draft, types)), [draft, byName, types]);
  const subject = useValuesSubject(explore);
  const paste = usePastedFilters(explore, reading, types);
  if (reading === null) return null;
  const set = (place: Place, filter: Filter | null) => {
    if (reading.ok && draft !== null) void commit({}, withCondition(draft, conditionOf(withFilter(reading.groups, place, filter), types)));
  };
  const groups = reading.ok ? reading.groups : [];
  const add = (group: number, label: string) => (
    <FilterPopover
      fields={fields} subject={subject} onPaste={paste} onApply={(filter) => set({ group, at: groups[group]?.length ?? 0 }, filter)}
      trigger={
        <Button size="xs" variant="ghost" icon={PlusIcon}>
          {label}
        </Button>
      }
    />
  );
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 bg-kumo-base px-3 pb-1.5" role="group" aria-label="Filters">
      {reading.ok ? (
        <>
          {groups.map((group, k) => (
            // Groups have no names; their order is the statement's.
            // oxlint-disable-next-line react/no-array-index-key
            <ul key={k} aria-label={groups.length > 1 ? `Filters, group ${k + 1}` : "Filters"} className={`flex flex-wrap items-center gap-1.5 ${groups.length > 1 ? "rounded border border-kumo-hairline p-0.5" : ""}`}>
              {k > 0 && <li className="pl-1 text-2xs font-semibold text-kumo-subtle">or</li>}
              {group.map((filter, at) => (
                // oxlint-disable-next-line react/no-array-index-key
                <li key={at}>
                  <Pill filter={filter} fields={fields} subject={subject} onChange={(next) => set({ group: k, at }, next)} />
                </li>
              ))}
              {groups.length > 1 && <li>{add(k, "And")}</li>}
            </ul>
          ))}
          {groups.length < 2 && add(0, "Add filter")}
          {groups.length > 0 && add(groups.length, "Or")}
        </>
      ) : (
        <p className="text-xs text-kumo-subtle">
          <b className="font-medium text-kumo-default">Custom SQL</b>: {reading.reason}.
        </p>
      )}
      <span className="ml-auto" />
      <Button size="xs" variant={isSqlOpen ? "secondary" : "ghost"} icon={CodeIcon} aria-pressed={isSqlOpen} title="Show the statement (Ctrl E)" onClick={onSqlToggle}>
        SQL
      </Button>
    </div>
  );
}

type FormSubject = Parameters<typeof FilterForm>[0]["subject"];

function FilterPopover({ trigger, fields, subject, initial, onPaste, onApply }: {
  trigger: React.ReactElement;
  fields: readonly Field[];
  subject: FormSubject;
  initial?: Filter;
  onPaste?: (text: string) => boolean;
  onApply: (filter: Filter) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={trigger} />
      <Popover.Content align="start" className="w-[400px] p-0">
        <Popover.Title className="sr-only">{initial ? "Change the filter" : "Add a filter"}</Popover.Title>
        {open && (
          <FilterForm
            fields={fields} subject={subject} initial={initial}
            onPaste={(text) => {
              const isTaken = onPaste?.(text) ?? false;
              if (isTaken) setOpen(false);
              return isTaken;
            }}
            onApply={(filter) => {
              setOpen(false);
              onApply(filter);
            }}
          />
        )}
      </Popover.Content>
    </Popover>
  );
}

function Pill({ filter, fields, subject, onChange }: { filter: Filter; fields: readonly Field[]; subject: FormSubject; onChange: (filter: Filter | null) => void }) {
  const { field, operator, value } = filterWords(filter);
  const text = [field, operator, value].filter((part) => part !== "").join(" ");
  return (
    <span data-f={field} className="flex h-6 max-w-[420px] items-center rounded border border-kumo-line bg-kumo-tint text-xs">
      <FilterPopover
        fields={fields} subject={subject} initial={filter} onApply={onChange}
        trigger={
          <button type="button" title={text} className="flex min-w-0 items-center gap-1 px-2">
            <span className="font-medium">{field}</span>
            <span className={isNegative(filter.op) ? "font-semibold text-v-warn" : "text-kumo-subtle"}>{operator}</span>
            {value !== "" && <span className="truncate font-mono">{value}</span>}
          </button>
        }
      />
      <button type="button" aria-label={`Remove ${text}`} className="grid size-6 shrink-0 place-items-center rounded text-kumo-subtle hover:text-kumo-default" onClick={() => onChange(null)}>
        <XIcon size={11} />
      </button>
    </span>
  );
}
