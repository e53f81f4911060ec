import { useId, type Ref } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  hint?: string;
  /** Why the text can't stand. */
  problem?: string | undefined;
  isMono?: boolean;
  maxLength?: number;
  className?: string;
  ref?: Ref<HTMLInputElement>;
}

/** A line of text with its label, and what is wrong with it below. */
export function TextField({ label, value, onChange, placeholder, hint, problem, isMono = false, maxLength = 1000, className = "", ref }: Props) {
  const id = useId();
  const below = problem ?? hint;
  return (
    <div className={`min-w-0 ${className}`}>
      <label htmlFor={id} className="block text-2xs text-kumo-subtle">
        {label}
      </label>
      <input
        ref={ref} id={id} type="text" value={value} placeholder={placeholder} maxLength={maxLength} spellCheck={!isMono} autoComplete="off"
        aria-invalid={problem !== undefined} aria-describedby={below ? `${id}-below` : undefined} onChange={(e) => onChange(e.target.value)}
        className={`mt-0.5 h-7 w-full rounded-md border bg-kumo-canvas px-2 text-xs placeholder:text-kumo-subtle ${isMono ? "font-mono" : ""} ${problem ? "border-v-bad" : "border-kumo-line"}`}
      />
      {below && (
        <p id={`${id}-below`} className={`mt-0.5 text-2xs ${problem ? "text-v-bad" : "text-kumo-subtle"}`}>
          {below}
        </p>
      )}
    </div>
  );
}
