import { useState } from "react";
import { Switch } from "@cloudflare/kumo/components/switch";
import { ShieldCheckIcon, ShieldSlashIcon } from "@phosphor-icons/react";
import { setProtection, type TablePlace } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { Refusal, Section } from "./section";
import { useChange } from "./use-change";

/** Whether the table may be emptied. Turning it off needs a reason. */
export function ProtectionSection({ place, isOn }: { place: TablePlace; isOn: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const change = useChange(place, ({ to, reason }: { to: boolean; reason: string }) => setProtection(place, to, reason));
  const turn = (to: boolean) => {
    change.reset();
    if (to) change.mutate({ to, reason: "" });
    else setAsking(true);
  };
  const Icon = isOn ? ShieldCheckIcon : ShieldSlashIcon;
  return (
    <Section
      title="Protection"
      actions={
        <Switch
          size="sm" aria-label="Protected from being emptied" className={isOn ? "bg-kumo-brand! ring-kumo-brand!" : ""} checked={isOn} disabled={change.isPending} onCheckedChange={turn}
        />
      }
    >
      <p role="status" aria-label="State of the protection" className="flex items-start gap-1.5">
        <Icon size={16} weight="fill" className={`shrink-0 ${isOn ? "text-v-complete" : "text-v-warn"}`} aria-hidden="true" />
        <span>
          <span className="font-medium">{isOn ? "On" : "Off"}</span>: the table {isOn ? "can’t" : "can"} be emptied. Retention and erasure go on either way.
        </span>
      </p>
      <Refusal error={isAsking ? null : change.error} className="mt-2" />
      <ConfirmDialog
        isOpen={isAsking} title="Turn the protection off?" action={["Turn off", "Turning off"]} asksReason isPending={change.isPending} error={change.error}
        onConfirm={(reason) => change.mutate({ to: false, reason }, { onSuccess: () => setAsking(false) })} onClose={() => setAsking(false)}
      >
        <p>All records of the table can then be taken away with one call or command.</p>
      </ConfirmDialog>
    </Section>
  );
}
