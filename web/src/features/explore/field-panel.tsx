import { useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { CaretDownIcon, CaretRightIcon, ColumnsPlusRightIcon, FunnelIcon, FunnelXIcon } from "@phosphor-icons/react";
import type { Dataset, Field } from "@/api/datasets";
import { facetsQuery, type FieldFacet } from "@/api/facets";
import { problemOfError } from "@/api/problem";
import { compact, int, percent } from "@/lib/format";
import { predicateOf } from "@/lib/sql/edit";
import { IconButton } from "@/ui/icon-button";
import { hitsRequestOf } from "./histogram";
import type { RunState } from "./query-run";

const openMax = 10;

interface Props {
  run: RunState;
  dataset: Dataset;
  /** The columns that the table shows. */
  shown: readonly string[];
  onColumn: (name: string) => void;
  onFilter: ((predicate: string) => void) | null;
}

export interface FieldGroup {
  title: string;
  fields: readonly Field[];
}

/** The fields in the order in which they are looked for: those of the table, then by group, and last those that are empty here. */
export function groupFields(fields: readonly Field[], shown: readonly string[], facets: ReadonlyMap<string, FieldFacet>, find: string): FieldGroup[] {
  const wanted = find.trim().toLowerCase();
  const found = fields.filter((f) => f.name.toLowerCase().includes(wanted));
  const isEmpty = (f: Field) => facets.size > 0 && (facets.get(f.name)?.present ?? 0) === 0;
  const inTable = shown.flatMap((name) => found.find((f) => f.name === name) ?? []);
  const rest = found.filter((f) => !shown.includes(f.name));
  const groups = new Map<string, Field[]>();
  for (const field of rest.filter((f) => !isEmpty(f))) groups.set(field.group ?? "Fields", [...(groups.get(field.group ?? "Fields") ?? []), field]);
  return [{ title: "In the table", fields: inTable }, ...[...groups].map(([title, list]) => ({ title, fields: list })), { title: "Empty here", fields: rest.filter(isEmpty) }].filter(
    (group) => group.fields.length > 0,
  );
}

/** Every field with how many different values it has here, and the most frequent when it is opened: each narrows the query. */
export function FieldPanel({ run, dataset, shown, onColumn, onFilter }: Props) {
  const [find, setFind] = useState("");
  const [opened, setOpened] = useState<readonly string[]>([]);
  const asked = run.request;
  const request = useMemo(() => {
    const hits = hitsRequestOf(asked, undefined);
    return hits?.dataset === dataset.name ? hits : null;
  }, [asked, dataset.name]);
  const { data, error } = useQuery(facetsQuery(request, opened, run.startedAt));
  const facets = useMemo(() => new Map(data?.fields.map((f) => [f.name, f])), [data]);
  const toggle = (name: string) => setOpened(opened.includes(name) ? opened.filter((each) => each !== name) : [...opened.slice(-(openMax - 1)), name]);
  const groups = groupFields(dataset.fields, shown, facets, find);
  return (
    <section aria-label="Fields" className="flex w-60 shrink-0 flex-col border-r border-kumo-hairline bg-kumo-base">
      <input
        type="search" aria-label="Find in fields" placeholder={`Find in ${dataset.fields.length} fields`} value={find} onChange={(e) => setFind(e.target.value)}
        className="h-8 shrink-0 border-b border-kumo-hairline bg-transparent px-3 text-xs outline-none! placeholder:text-kumo-subtle"
      />
      {request === null && <p className="px-3 py-2 text-2xs text-kumo-subtle">Counts are there for a SELECT of rows from one dataset.</p>}
      {error && <p className="px-3 py-2 text-2xs text-kumo-subtle">No counts: {problemOfError(error).message}</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a list that scrolls must be reachable by key */}
      <div className="min-h-0 flex-1 overflow-y-auto pb-2" tabIndex={0} role="group" aria-label="Fields by group">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="px-3 pt-2 pb-0.5 text-2xs font-medium text-kumo-subtle">{group.title}</h3>
            <ul>
              {group.fields.map((field) => (
                <FieldLine
                  key={field.name} field={field} facet={facets.get(field.name)} isOpen={opened.includes(field.name)} isShown={shown.includes(field.name)}
                  onToggle={() => toggle(field.name)} onColumn={() => onColumn(field.name)} onFilter={onFilter}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {data && data.rows > 0 && <p className="num shrink-0 border-t border-kumo-hairline px-3 py-1 text-2xs text-kumo-subtle">Filled and different: of the newest {int(data.rows)}</p>}
    </section>
  );
}

interface LineProps {
  field: Field;
  facet: FieldFacet | undefined;
  isOpen: boolean;
  isShown: boolean;
  onToggle: () => void;
  onColumn: () => void;
  onFilter: ((predicate: string) => void) | null;
}

function FieldLine({ field, facet, isOpen, isShown, onToggle, onColumn, onFilter }: LineProps) {
  const Caret = isOpen ? CaretDownIcon : CaretRightIcon;
  return (
    <li>
      <div className="group relative flex h-6 items-center pr-2 hover:bg-kumo-tint">
        <button type="button" aria-expanded={isOpen} title={field.description ?? undefined} className="flex h-6 min-w-0 flex-1 items-center gap-1 pl-2 text-left text-xs" onClick={onToggle}>
          <Caret size={10} className="shrink-0 text-kumo-subtle" aria-hidden="true" />
          <span className={`min-w-0 flex-1 truncate ${field.deprecated ? "text-kumo-subtle italic" : ""}`}>{field.name}</span>
          {typeof facet?.distinct === "number" && facet.present > 0 && <span className="num text-2xs text-kumo-subtle">{compact(facet.distinct)}</span>}
        </button>
        {!isShown && (
          <span className="absolute right-1 rounded bg-kumo-tint opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
            <IconButton label={`Show ${field.name} in the table`} icon={ColumnsPlusRightIcon} onClick={onColumn} />
          </span>
        )}
      </div>
      {isOpen && <TopValues field={field} facet={facet} onFilter={onFilter} />}
    </li>
  );
}

function TopValues({ field, facet, onFilter }: Pick<LineProps, "field" | "facet" | "onFilter">) {
  const top = facet?.top;
  if (!top) return <p className="py-1 pl-6 text-2xs text-kumo-subtle">{facet && facet.distinct === undefined ? "Lists, maps and JSON have no counts." : "…"}</p>;
  const values = top.values.slice(0, 5);
  if (values.length === 0) return <p className="py-1 pl-6 text-2xs text-kumo-subtle">No value here.</p>;
  return (
    <ul aria-label={`Frequent values of ${field.name}`} className="pb-1">
      {values.map(({ value = null, count }) => {
        const only = predicateOf(field.name, field.type, value, false);
        const hide = predicateOf(field.name, field.type, value, true);
        const words = value === null ? "none" : value === "" ? "''" : value;
        return (
          <li key={value ?? "\0"} className="group relative flex h-[22px] items-center gap-2 pr-1 pl-6 text-xs hover:bg-kumo-tint">
            <i className="absolute bottom-0 left-6 h-0.5 bg-v-complete" style={{ width: `calc((100% - 2rem) * ${count / Math.max(1, values[0]!.count)})` }} aria-hidden="true" />
            <span className={`min-w-0 flex-1 truncate font-mono ${value === null ? "text-kumo-subtle" : ""}`} title={words}>
              {words}
            </span>
            <span className="num text-2xs text-kumo-subtle" title={int(count)}>
              {percent(count / Math.max(1, top.rows))}
            </span>
            {onFilter && only && hide && (
              <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
                <IconButton label={`Only ${field.name} ${words}`} hint={only} icon={FunnelIcon} onClick={() => onFilter(only)} />
                <IconButton label={`Hide ${field.name} ${words}`} hint={hide} icon={FunnelXIcon} onClick={() => onFilter(hide)} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
