import { useRef, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { liftHold, type Hold, type TablePlace } from "@/api/maintenance";
import { ConfirmDialog } from "./confirm-dialog";
import { HoldForm } from "./hold-form";
import { holdSpan, instant } from "./maintenance-words";
import { Section } from "./section";
import { useChange } from "./use-change";

/** The holds of a table: place one, lift one. */
export function HoldsSection({ place, holds }: { place: TablePlace; holds: readonly Hold[] }) {
  const [isPlacing, setPlacing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setPlacing(false);
    opener.current?.focus();
  };
  const [lifting, setLifting] = useState<Hold | null>(null);
  const lift = useChange(place, ({ name, reason }: { name: string; reason: string }) => liftHold(place, name, reason));
  return (
    <Section
      title="Holds"
      actions={
        <Button ref={opener} size="sm" variant="secondary" aria-expanded={isPlacing} onClick={() => setPlacing(!isPlacing)}>
          Place a hold
        </Button>
      }
    >
      {holds.length === 0 && !isPlacing && <p className="text-kumo-subtle">None. A hold keeps its records from retention and erasure until it is lifted.</p>}
      {holds.length > 0 && <HoldTable holds={holds} onLift={(hold) => (lift.reset(), setLifting(hold))} />}
      {isPlacing && <HoldForm place={place} onDone={close} />}
      <ConfirmDialog
        isOpen={lifting !== null} title={`Lift the hold ${lifting?.name ?? ""}?`} action={["Lift the hold", "Lifting"]} asksReason isPending={lift.isPending} error={lift.error}
        onConfirm={(reason) => lifting && lift.mutate({ name: lifting.name, reason }, { onSuccess: () => setLifting(null) })} onClose={() => setLifting(null)}
      >
        <p>Its records may go again. What is past the retention goes within the hour.</p>
      </ConfirmDialog>
    </Section>
  );
}

function HoldTable({ holds, onLift }: { holds: readonly Hold[]; onLift: (hold: Hold) => void }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key
    <div tabIndex={0} role="group" aria-label="Holds that stand" className="overflow-x-auto">
      <table aria-label="Holds" className="num w-full border-collapse text-xs">
        <thead>
          <tr className="h-7 border-b border-kumo-line text-left text-2xs text-kumo-subtle">
            {["Hold", "Records", "Placed", "Reason"].map((label) => (
              <th key={label} scope="col" className="pr-3 font-medium">
                {label}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Lift</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {holds.map((hold) => (
            <tr key={hold.name} className="border-b border-kumo-hairline align-top last:border-b-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-mono font-medium">
                {hold.name}
              </th>
              <td className="py-1.5 pr-3">
                {holdSpan(hold)}
                <span className="block font-mono break-words text-kumo-subtle">{hold.where ?? "every record"}</span>
              </td>
              <td className="py-1.5 pr-3">
                {instant(hold.placedAt)}
                <span className="block text-kumo-subtle">by {hold.by}</span>
              </td>
              <td className="py-1.5 pr-3 break-words">{hold.reason}</td>
              <td className="py-1 text-right">
                <Button size="sm" variant="secondary" aria-label={`Lift ${hold.name}`} onClick={() => onLift(hold)}>
                  Lift
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
