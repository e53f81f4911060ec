import type { MouseEvent } from "react";
import type { Icon } from "@phosphor-icons/react";

interface Props {
  label: string;
  icon: Icon;
  disabled?: boolean;
  /** Why it is off, or what its key is. */
  hint?: string | undefined;
  onClick: (e: MouseEvent<HTMLButtonElement>) => void;
}

/** A bare icon of 24 px that says its name. */
export function IconButton({ label, icon: Shape, disabled = false, hint, onClick }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={hint ?? label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-6 shrink-0 place-items-center rounded text-kumo-subtle hover:bg-kumo-fill hover:text-kumo-default disabled:opacity-40 disabled:hover:bg-transparent"
    >
      <Shape size={14} />
    </button>
  );
}
