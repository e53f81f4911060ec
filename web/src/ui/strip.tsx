import type { ReactNode } from "react";
import { InfoIcon, WarningCircleIcon, WarningIcon, XIcon } from "@phosphor-icons/react";

const looks = {
  info: { icon: InfoIcon, look: "bg-v-info-tint", ink: "text-kumo-brand" },
  warn: { icon: WarningIcon, look: "bg-v-warn-tint", ink: "text-v-warn" },
  bad: { icon: WarningCircleIcon, look: "bg-v-bad-tint", ink: "text-v-bad" },
} as const;

interface Props {
  kind: keyof typeof looks;
  children: ReactNode;
  actions?: ReactNode;
  onDismiss?: () => void;
}

/** One line across a pane that says what is special about what stands below it. */
export function Strip({ kind, children, actions, onDismiss }: Props) {
  const { icon: Icon, look, ink } = looks[kind];
  return (
    <div role={kind === "bad" ? "alert" : "note"} className={`flex min-h-8 shrink-0 items-center gap-2 border-b border-kumo-hairline px-3 py-1 text-xs ${look}`}>
      <Icon size={14} weight="fill" className={`shrink-0 ${ink}`} aria-hidden="true" />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {actions}
      {onDismiss && (
        <button type="button" aria-label="Dismiss" className="grid size-6 shrink-0 place-items-center rounded text-kumo-subtle hover:text-kumo-default" onClick={onDismiss}>
          <XIcon size={12} />
        </button>
      )}
    </div>
  );
}
