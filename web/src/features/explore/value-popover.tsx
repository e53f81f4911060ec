import { useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { Popover } from "@cloudflare/kumo/components/popover";
import { CheckIcon, CopyIcon } from "@phosphor-icons/react";
import { copyText } from "@/lib/copy";
import { shapeOf, textOfShape, type ValueShape } from "@/lib/value-shape";
import { textOf } from "./cells";
import type { MenuTarget } from "./value-menu";

/** A whole value, decoded: an address with its query as a list, JSON with indents, or a long text. */
export function ValuePopover({ target, onClose }: { target: MenuTarget; onClose: () => void }) {
  const [copied, setCopied] = useState<"raw" | "decoded" | null>(null);
  const raw = textOf(target.value);
  const shape = shapeOf(target.value) ?? { kind: "text", text: raw };
  const decoded = textOfShape(shape);
  const copy = async (what: "raw" | "decoded", text: string) => setCopied((await copyText(text)) ? what : null);
  return (
    <Popover open onOpenChange={(open) => !open && onClose()}>
      <Popover.Content anchor={target.anchor} align="start" className="w-[520px] max-w-[90vw] p-0">
        <Popover.Title className="border-b border-kumo-hairline px-3 py-1.5 text-xs font-medium">{target.name}</Popover.Title>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a pane that scrolls must be reachable by key */}
        <div tabIndex={0} role="group" aria-label={`Value of ${target.name}`} className="max-h-[50vh] overflow-y-auto px-3 py-2 font-mono text-xs break-all">
          <Shape shape={shape} />
        </div>
        <div className="flex justify-end gap-1.5 border-t border-kumo-hairline px-2 py-1.5">
          {decoded !== raw && (
            <Button size="xs" variant="ghost" icon={copied === "decoded" ? CheckIcon : CopyIcon} onClick={() => void copy("decoded", decoded)}>
              Copy decoded
            </Button>
          )}
          <Button size="xs" variant="ghost" icon={copied === "raw" ? CheckIcon : CopyIcon} onClick={() => void copy("raw", raw)}>
            Copy as stored
          </Button>
        </div>
      </Popover.Content>
    </Popover>
  );
}

function Shape({ shape }: { shape: ValueShape }) {
  if (shape.kind !== "url") return <pre className="font-mono break-all whitespace-pre-wrap">{shape.text}</pre>;
  return (
    <>
      {shape.address !== "" && <p>{shape.address}</p>}
      {shape.query.length > 0 && (
        <dl aria-label="Query" className="mt-1.5 grid grid-cols-[minmax(60px,max-content)_1fr] gap-x-3 gap-y-0.5">
          {shape.query.map(([name, value], k) => (
            // A name may stand in a query more than once.
            // oxlint-disable-next-line react/no-array-index-key
            <div key={k} className="contents">
              <dt className="text-kumo-subtle">{name}</dt>
              <dd className="whitespace-pre-wrap">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {shape.fragment !== "" && <p className="mt-1.5 text-kumo-subtle">#{shape.fragment}</p>}
    </>
  );
}
