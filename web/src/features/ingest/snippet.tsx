import { useEffect, useRef, useState } from "react";
import { Button } from "@cloudflare/kumo/components/button";
import { CheckIcon, CopyIcon } from "@phosphor-icons/react";
import type { SetupSnippet } from "@/api/ingest-setup";
import { copyText } from "@/lib/copy";
import { maskToken } from "./mask";

interface Props {
  snippet: SetupSnippet;
  /** The token to hide; null when there is none or it is shown. */
  hidden: string | null;
  /** False where a tab above says the title. */
  isTitled?: boolean;
}

const box = "overflow-auto rounded-md border border-kumo-line bg-kumo-canvas px-3 py-2 font-mono text-xs leading-[18px]";

/** A text with a button that copies it whole, also where the token in it is hidden. */
export function Snippet({ snippet, hidden, isTitled = true }: Props) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    setState((await copyText(snippet.text)) ? "copied" : "refused");
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setState("idle"), 2500);
  };
  const isShort = !snippet.text.includes("\n");
  return (
    <section aria-label={snippet.title} className="relative min-w-0">
      <div className={isTitled ? "flex min-h-7 items-center gap-2" : "absolute top-1.5 right-1.5 flex items-center gap-2"}>
        {isTitled && <h4 className="text-xs font-medium">{snippet.title}</h4>}
        <span role="status" className="ml-auto text-2xs text-v-warn">
          {state === "refused" ? "The browser refused: select the text and copy it" : ""}
        </span>
        <Button
          size="xs" variant={isTitled ? "ghost" : "secondary"} aria-label={`Copy ${snippet.title}`} onClick={() => void copy()}
          icon={state === "copied" ? CheckIcon : CopyIcon}
        >
          {state === "copied" ? "Copied" : "Copy"}
        </Button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key */}
      <pre tabIndex={0} role="group" aria-label={`Text of ${snippet.title}`} className={`${box} ${isShort ? "break-all whitespace-pre-wrap" : "max-h-80"}`}>
        {hidden === null ? snippet.text : maskToken(snippet.text, hidden)}
      </pre>
    </section>
  );
}
