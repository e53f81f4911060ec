import { useRef, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { CaretDownIcon, CheckIcon, DownloadSimpleIcon, LinkSimpleIcon } from "@phosphor-icons/react";
import { exportFormats, exportQuery, type ExportFormat } from "@/api/export-query";
import { problemOfError } from "@/api/problem";
import type { QueryRequest } from "@/api/run-query";
import { rfc3339 } from "@/lib/clock";
import { copyText } from "@/lib/copy";
import { bytes } from "@/lib/format";
import { saveFile } from "@/lib/save-file";
import { formatAddress } from "@/lib/search-params";
import { withoutLimit } from "@/lib/sql/edit";
import { isAllTime, resolveRange } from "@/lib/time-range";
import { Strip } from "@/ui/strip";
import { pinnedWords, versionsOf } from "./pinned";
import type { Explore } from "./use-explore";

const menuLabel = "px-2 py-1 text-2xs font-medium text-kumo-subtle";

/** The address of what is on the screen, with its times as they are now: whoever opens it sees the same span and columns. */
export function addressOf(explore: Pick<Explore, "search" | "range" | "cols">, now: number): string {
  const at = isAllTime(explore.range) ? null : resolveRange(explore.range, now);
  return formatAddress({ ...explore.search, cols: explore.cols, ...(at ? { from: rfc3339(at.from), to: rfc3339(at.to) } : { from: "all", to: undefined }) });
}

export function ShareButton({ explore }: { explore: Explore }) {
  const [copied, setCopied] = useState(false);
  const versions = versionsOf(explore.run.plan);
  const copy = async (v: string | undefined) => {
    const { search } = explore;
    setCopied(await copyText(`${location.origin}${location.pathname}${addressOf({ ...explore, search: { ...search, v } }, Date.now())}`));
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span className="flex items-center">
      <Button size="sm" variant="ghost" icon={copied ? CheckIcon : LinkSimpleIcon} title="Copy the address, with its times as they are now" onClick={() => void copy(explore.search.v)}>
        {copied ? "Copied" : "Share"}
      </Button>
      <DropdownMenu>
        <DropdownMenu.Trigger render={<Button size="sm" variant="ghost" shape="square" icon={CaretDownIcon} aria-label="More ways to share" />} />
        <DropdownMenu.Content>
          <DropdownMenu.Item className="min-h-7 py-1 text-[13px]" disabled={versions === null} onClick={() => void copy(versions ?? undefined)}>
            Copy a link pinned to {versions === null ? "this version" : pinnedWords(versions)}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu>
    </span>
  );
}

type Download = { phase: "running"; bytes: number } | { phase: "failed"; message: string };

/** Writes whole answers into files, and says how far that is. */
export function useExport(request: QueryRequest | null) {
  const [download, setDownload] = useState<Download | null>(null);
  const abort = useRef<AbortController | null>(null);
  const start = async (sql: string, format: ExportFormat) => {
    if (!request) return;
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setDownload({ phase: "running", bytes: 0 });
    try {
      const content = await exportQuery({ ...request, sql }, format, (n) => setDownload({ phase: "running", bytes: n }), own.signal);
      saveFile(content, `varve-${rfc3339(Date.now()).replaceAll(/[:.]/g, "-")}.${format.ending}`);
      setDownload(null);
    } catch (error) {
      setDownload(own.signal.aborted ? null : { phase: "failed", message: problemOfError(error).message });
    }
  };
  const stop = () => {
    abort.current?.abort();
    setDownload(null);
  };
  return { download, start, stop };
}

export type Exporting = ReturnType<typeof useExport>;

export function ExportMenu({ request, exporting }: { request: QueryRequest | null; exporting: Exporting }) {
  const all = request === null ? null : withoutLimit(request.sql);
  const isBounded = all?.ok === true && all.sql !== request?.sql;
  const items = (sql: string) =>
    exportFormats.map((format) => (
      <DropdownMenu.Item key={format.name} className="min-h-7 py-1 text-[13px]" onClick={() => void exporting.start(sql, format)}>
        {format.name}
      </DropdownMenu.Item>
    ));
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button size="sm" variant="ghost" icon={DownloadSimpleIcon} disabled={request === null || exporting.download?.phase === "running"}>
            Export
          </Button>
        }
      />
      <DropdownMenu.Content>
        {isBounded && (
          <DropdownMenu.Group>
            <DropdownMenu.Label className={menuLabel}>All that match</DropdownMenu.Label>
            {items(all.sql)}
          </DropdownMenu.Group>
        )}
        {request && (
          <DropdownMenu.Group>
            <DropdownMenu.Label className={menuLabel}>{isBounded ? "With the LIMIT of the statement" : "The whole answer"}</DropdownMenu.Label>
            {items(request.sql)}
          </DropdownMenu.Group>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}

/** How far an export is, or why it failed. */
export function ExportStrip({ exporting }: { exporting: Exporting }) {
  const { download, stop } = exporting;
  if (download === null) return null;
  if (download.phase === "failed")
    return (
      <Strip kind="bad" onDismiss={stop}>
        The export failed, and no file was written: {download.message}
      </Strip>
    );
  return (
    <Strip
      kind="info"
      actions={
        <Button size="xs" variant="ghost" onClick={stop}>
          Cancel
        </Button>
      }
    >
      Exporting: <span className="num">{bytes(download.bytes)}</span> so far
    </Strip>
  );
}
