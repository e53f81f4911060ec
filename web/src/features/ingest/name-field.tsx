import { useEffect, useId, useState } from "react";

interface Props {
  label: string;
  value: string;
  known?: readonly string[];
  /** Why a text can't stand, or null. */
  problemOf: (text: string) => string | null;
  width: string;
  onChange: (value: string) => void;
}

/** A name that is taken over when it is left or Enter is pressed, and only when it can stand. */
export function NameField({ label, value, known = [], problemOf, width, onChange }: Props) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem = problemOf(text.trim());
  const commit = () => {
    const next = text.trim();
    if (problem === null && next !== value) onChange(next);
  };
  return (
    <div className={`min-w-0 ${width}`}>
      <label htmlFor={id} className="block text-2xs text-kumo-subtle">
        {label}
      </label>
      <input
        id={id}
        type="text"
        list={known.length > 0 ? `${id}-known` : undefined}
        value={text}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== null}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(e) => setText(e.target.value)}
        onBlur={commit}
        onKeyDown={(e) => {
          if (e.key === "Enter") commit();
          if (e.key === "Escape") setText(value);
        }}
        className={`mt-0.5 h-7 w-full rounded-md border bg-kumo-canvas px-2 font-mono text-xs ${problem ? "border-v-bad" : "border-kumo-line"}`}
      />
      {known.length > 0 && (
        <datalist id={`${id}-known`}>
          {known.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
      )}
      {problem && (
        <p id={`${id}-problem`} className="mt-0.5 text-2xs text-v-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
