import { useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Tabs } from "@cloudflare/kumo/components/tabs";
import { EyeIcon, EyeSlashIcon } from "@phosphor-icons/react";
import type { IngestSetup, SetupWay } from "@/api/ingest-setup";
import { Snippet } from "./snippet";

interface Props {
  setup: IngestSetup;
  way: SetupWay;
}

/** One way to send: its first text in view, the others behind tabs. */
export function WayPanel({ setup, way }: Props) {
  const [isShown, setShown] = useState(false);
  const [tab, setTab] = useState("");
  const isAddress = way.snippets[0]?.language === "text";
  const first = isAddress ? way.snippets[0] : undefined;
  const rest = isAddress ? way.snippets.slice(1) : way.snippets;
  const current = rest.find((s) => s.name === tab) ?? rest[0];
  const hidden = setup.tokenIsReal && setup.token && !isShown ? setup.token : null;
  return (
    <section aria-label={way.title} className="flex min-w-0 flex-col gap-3">
      <div className="flex items-start gap-3">
        <p className="min-w-0 flex-1 text-kumo-subtle">{way.summary}</p>
        {setup.tokenIsReal && (
          <Button size="xs" variant="secondary" aria-pressed={isShown} onClick={() => setShown(!isShown)} icon={isShown ? EyeSlashIcon : EyeIcon}>
            {isShown ? "Hide token" : "Show token"}
          </Button>
        )}
      </div>
      {way.name === "logpush" && setup.baseUrl.startsWith("http:") && (
        <p className="rounded-md bg-v-warn-tint px-2.5 py-1.5 text-xs">
          <strong className="font-medium text-v-warn">Logpush sends by HTTPS only.</strong> Put a proxy with a public certificate before this server, and enter its name above.
        </p>
      )}
      {first && <Snippet key={`${way.name} ${first.name}`} snippet={first} hidden={hidden} />}
      {rest.length > 1 && (
        <Tabs size="sm" variant="underline" value={current?.name ?? ""} onValueChange={setTab} tabs={rest.map((s) => ({ value: s.name, label: s.title }))} />
      )}
      {current && <Snippet key={`${way.name} ${current.name}`} snippet={current} hidden={hidden} isTitled={rest.length === 1} />}
      {way.name !== "bucket" && <p className="text-xs text-kumo-subtle">{setup.hint}</p>}
    </section>
  );
}
