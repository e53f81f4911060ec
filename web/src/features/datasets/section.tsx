import type { ReactNode } from "react";
import { problemOfError } from "@/api/problem";

/** A part of the page with a head, and at its right what can be done. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-lg border border-kumo-line p-3 text-xs">
      <div className="mb-1.5 flex min-h-6.5 items-center gap-2">
        <h3 className="text-[13px] font-semibold">{title}</h3>
        <span className="ml-auto flex gap-2">{actions}</span>
      </div>
      {children}
    </section>
  );
}

/** Whether the server refused the condition, which is said beside its field. */
export const isOfCondition = (error: Error | null): boolean => error !== null && problemOfError(error).code === "bad_condition";

/** What the server said when it refused. */
export function Refusal({ error, className = "" }: { error: Error | null; className?: string }) {
  return (
    error && (
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long list of columns scrolls, which must work by key
      <p role="alert" tabIndex={0} className={`max-h-24 overflow-y-auto rounded-md bg-v-bad-tint px-2.5 py-1.5 text-xs break-words text-v-bad ${className}`}>
        {problemOfError(error).message}
      </p>
    )
  );
}

/** What became of something. It is there from the start, so that it is read out when it is filled. */
export function Outcome({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="status" aria-label={label} className="text-xs not-empty:mt-1.5">
      {children}
    </div>
  );
}
