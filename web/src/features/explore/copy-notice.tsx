import { useCallback, useEffect, useState } from "react";
import { CheckIcon, WarningIcon } from "@phosphor-icons/react";
import { copyText } from "@/lib/copy";

const shownMs = 1500;
const shownMax = 60;

/** Copies a text and says so for a moment. */
export function useCopyNotice() {
  const [copied, setCopied] = useState<{ text: string; isDone: boolean } | null>(null);
  useEffect(() => {
    if (copied === null) return undefined;
    const timer = setTimeout(() => setCopied(null), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = useCallback((text: string) => void copyText(text).then((isDone) => setCopied({ text, isDone })), []);
  return { copied, copy };
}

/** Lies over the foot of the page and takes no room. */
export function CopyNotice({ copied }: { copied: ReturnType<typeof useCopyNotice>["copied"] }) {
  const Icon = copied?.isDone ? CheckIcon : WarningIcon;
  return (
    <div role="status" aria-label="Copied" className="pointer-events-none fixed inset-x-0 bottom-10 z-40 flex justify-center">
      {copied && (
        <p className="flex max-w-[60vw] items-center gap-1.5 rounded-md border border-kumo-line bg-kumo-base px-2.5 py-1 text-xs shadow-sm">
          <Icon size={13} className={`shrink-0 ${copied.isDone ? "text-kumo-brand" : "text-v-warn"}`} aria-hidden="true" />
          {copied.isDone ? "Copied" : "The browser did not let the page copy"}
          {copied.isDone && <span className="truncate font-mono">{copied.text.length > shownMax ? `${copied.text.slice(0, shownMax)}…` : copied.text}</span>}
        </p>
      )}
    </div>
  );
}
