import { useState, type FormEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { StarIcon, TrashIcon } from "@phosphor-icons/react";
import { problemOfError } from "@/api/problem";
import { deleteQuery, savedQueriesQuery, saveQuery, type SavedQuery } from "@/api/saved-queries";
import { dayClock } from "@/lib/clock";
import { packText } from "@/lib/packed-text";
import { formatAddress, parseAddress, readExploreSearch } from "@/lib/search-params";
import { IconButton } from "@/ui/icon-button";
import type { Explore } from "./use-explore";

const box = "w-full rounded border border-kumo-line bg-kumo-base px-2 py-1 text-xs outline-none! placeholder:text-kumo-subtle focus:border-kumo-brand";

/** What is on the screen as the search part of an address, with everything said that the page would else choose by itself. */
async function viewOf(explore: Explore): Promise<string> {
  const { search, ds, draft, committed, range } = explore;
  const q = await packText(draft ?? committed ?? "");
  return formatAddress({ ds: ds ?? undefined, from: range.from, to: range.from === "all" ? undefined : range.to, q, cols: search.cols, by: search.by }).slice(1);
}

/** The saved queries of the account: open one, save what is on the screen, delete. */
export function SavedMenu({ explore }: { explore: Explore }) {
  const account = explore.scope?.account ?? "";
  const [open, setOpen] = useState(false);
  const [find, setFind] = useState("");
  const navigate = useNavigate();
  const client = useQueryClient();
  const list = useQuery({ ...savedQueriesQuery(account), enabled: open && account !== "" });
  const changed = () => client.invalidateQueries({ queryKey: savedQueriesQuery(account).queryKey });
  const removal = useMutation({ mutationFn: (query: SavedQuery) => deleteQuery(account, query), onSettled: changed });
  const wanted = find.trim().toLowerCase();
  const shown = (list.data ?? []).filter(({ text }) => `${text.name} ${text.description}`.toLowerCase().includes(wanted));
  const choose = (query: SavedQuery) => {
    setOpen(false);
    void navigate({ to: "/logs", search: { scope: explore.search.scope, ...readExploreSearch(parseAddress(query.text.view)).search } });
  };
  const problem = list.error ?? removal.error;
  return (
    <Popover open={open} onOpenChange={(next) => (setFind(""), removal.reset(), setOpen(next))}>
      <Popover.Trigger
        render={
          <Button size="sm" variant="ghost" icon={StarIcon}>
            Saved
          </Button>
        }
      />
      <Popover.Content align="start" className="w-[380px] p-0">
        <Popover.Title className="sr-only">Saved queries</Popover.Title>
        <SaveForm explore={explore} account={account} onSaved={changed} />
        {(list.data?.length ?? 0) > 5 && (
          <input
            type="search" aria-label="Find a saved query" placeholder={`Find in ${list.data?.length} saved queries`} value={find} onChange={(e) => setFind(e.target.value)}
            className="h-9 w-full border-t border-kumo-hairline bg-transparent px-3 text-xs outline-none! placeholder:text-kumo-subtle"
          />
        )}
        {problem && (
          <p role="alert" className="border-t border-kumo-hairline px-3 py-2 text-xs text-v-bad">
            {problemOfError(problem).message}
          </p>
        )}
        <ul aria-label="Saved queries" className="max-h-[320px] overflow-y-auto border-t border-kumo-hairline p-1">
          {shown.map((query) => (
            <li key={query.id} className="group flex items-center gap-1 rounded pr-1 hover:bg-kumo-tint">
              <button type="button" className="min-w-0 flex-1 px-2 py-1 text-left" title={`Changed ${dayClock(Date.parse(query.changedAt))} UTC`} onClick={() => choose(query)}>
                <span className="block truncate text-xs font-medium">{query.text.name}</span>
                {query.text.description && <span className="block truncate text-2xs text-kumo-subtle">{query.text.description}</span>}
              </button>
              <IconButton label={`Delete ${query.text.name}`} icon={TrashIcon} disabled={removal.isPending} onClick={() => removal.mutate(query)} />
            </li>
          ))}
          {list.data && shown.length === 0 && <li className="px-2 py-2 text-xs text-kumo-subtle">{wanted ? "No saved query has that name." : "Nothing saved yet. All of the account see what is saved here."}</li>}
        </ul>
      </Popover.Content>
    </Popover>
  );
}

function SaveForm({ explore, account, onSaved }: { explore: Explore; account: string; onSaved: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const saving = useMutation({
    mutationFn: async () => saveQuery(account, { name, description, view: await viewOf(explore) }),
    onSuccess: () => {
      setName("");
      setDescription("");
      onSaved();
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (name.trim() !== "") saving.mutate();
  };
  return (
    <form className="flex flex-col gap-1.5 p-3" onSubmit={submit}>
      <input aria-label="Name of the query" placeholder="Save this view as …" maxLength={200} value={name} onChange={(e) => setName(e.target.value)} className={box} />
      {name.trim() !== "" && (
        <input aria-label="What it is for" placeholder="What it is for (optional)" maxLength={2000} value={description} onChange={(e) => setDescription(e.target.value)} className={box} />
      )}
      {saving.error && (
        <p role="alert" className="text-xs text-v-bad">
          {problemOfError(saving.error).message}
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" size="xs" variant="primary" disabled={name.trim() === "" || saving.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
