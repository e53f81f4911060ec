import { useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { CaretDownIcon, CaretUpIcon, ColumnsIcon } from "@phosphor-icons/react";
import type { Field } from "@/api/datasets";
import type { ResultSet } from "@/lib/result-set";
import type { ColumnChoice } from "./columns";

interface Props {
  set: ResultSet;
  fields: readonly Field[];
  choice: readonly ColumnChoice[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (choice: readonly ColumnChoice[] | null) => void;
}

/** Which columns of the answer are drawn, and in what order; all of it by key as well. */
export function ColumnChooser({ set, fields, choice, open, onOpenChange, onChange }: Props) {
  const [find, setFind] = useState("");
  const wanted = find.trim().toLowerCase();
  const info = new Map(fields.map((f) => [f.name, f]));
  const chosen = new Set(choice.map((c) => c.name));
  const names = [...choice.map((c) => c.name), ...set.columns.map((c) => c.name).filter((name) => !chosen.has(name))];
  const shown = names.filter((name) => name.toLowerCase().includes(wanted));
  const toggle = (name: string) => onChange(chosen.has(name) ? choice.filter((c) => c.name !== name) : [...choice, { name }]);
  const move = (name: string, by: number) => {
    const at = choice.findIndex((c) => c.name === name);
    onChange(choice.toSpliced(at, 1).toSpliced(at + by, 0, choice[at]!));
  };
  return (
    <Popover open={open} onOpenChange={(next) => (setFind(""), onOpenChange(next))}>
      <Popover.Trigger
        render={
          <Button size="xs" variant="ghost" icon={ColumnsIcon}>
            Columns
          </Button>
        }
      />
      <Popover.Content align="end" className="w-[320px] p-0">
        <Popover.Title className="sr-only">Columns of the table</Popover.Title>
        <input
          type="search"
          aria-label="Find a column"
          placeholder={`Find in ${set.columns.length} columns`}
          value={find}
          onChange={(e) => setFind(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter" && shown[0]) toggle(shown[0]);
          }}
          className="h-9 w-full border-b border-kumo-hairline bg-transparent px-3 text-xs outline-none! placeholder:text-kumo-subtle"
        />
        <ul className="max-h-[360px] overflow-y-auto p-1">
          {shown.map((name) => {
            const at = choice.findIndex((c) => c.name === name);
            return (
              <li key={name} className="group flex h-7 items-center gap-2 rounded pr-1 pl-2 hover:bg-kumo-tint">
                <label className="flex min-w-0 flex-1 items-center gap-2 text-xs" title={info.get(name)?.description ?? undefined}>
                  <input
                    type="checkbox"
                    className="size-3.5 accent-kumo-brand"
                    checked={at >= 0}
                    disabled={at >= 0 && choice.length === 1}
                    onChange={() => toggle(name)}
                  />
                  <span className={`truncate ${info.get(name)?.deprecated ? "text-kumo-subtle" : ""}`}>{name}</span>
                </label>
                {at >= 0 && (
                  <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
                    <MoveButton label={`Move ${name} left`} disabled={at === 0} onClick={() => move(name, -1)} icon={<CaretUpIcon size={12} />} />
                    <MoveButton label={`Move ${name} right`} disabled={at === choice.length - 1} onClick={() => move(name, 1)} icon={<CaretDownIcon size={12} />} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <div className="flex items-center justify-between border-t border-kumo-hairline px-3 py-1.5 text-2xs text-kumo-subtle">
          {choice.length} of {set.columns.length} shown
          <Button size="xs" variant="ghost" onClick={() => onChange(null)}>
            Reset
          </Button>
        </div>
      </Popover.Content>
    </Popover>
  );
}

function MoveButton({ label, disabled, onClick, icon }: { label: string; disabled: boolean; onClick: () => void; icon: React.ReactNode }) {
  return (
    <button type="button" aria-label={label} disabled={disabled} onClick={onClick} className="grid size-6 place-items-center rounded text-kumo-subtle hover:text-kumo-default disabled:opacity-30">
      {icon}
    </button>
  );
}
