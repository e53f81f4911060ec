import { useEffect, useRef, useState, type FormEvent } from "react";
import { MagnifyingGlassIcon } from "@phosphor-icons/react";
import { useNavigate } from "@tanstack/react-router";
import { isTyping } from "@/lib/keyboard";

/** A Ray ID as logged, or as the `cf-ray` header writes it, with the data centre behind a dash. */
export function rayIdOf(text: string): string | null {
  const [, ray] = /^(?:cf-ray:\s*)?([0-9a-z_]{6,64})(?:-[a-z]{3})?$/i.exec(text.trim()) ?? [];
  return ray ?? null;
}

export function GoToBox() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const focus = (e: KeyboardEvent) => {
      const isCtrlK = (e.ctrlKey || e.metaKey) && !e.shiftKey && e.key.toLowerCase() === "k";
      const isSlash = e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey && !isTyping(e.target);
      if (!isCtrlK && !isSlash) return;
      e.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);

  const go = (e: FormEvent) => {
    e.preventDefault();
    const text = input.current?.value ?? "";
    if (text.trim() === "") return;
    const ray = rayIdOf(text);
    setProblem(ray ? null : "That is not a Ray ID: it has letters and digits only, like 8f2c41b09d3e7a15.");
    if (!ray) return;
    input.current?.blur();
    void navigate({ to: "/logs/ray/$ray", params: { ray }, search: (old) => ({ scope: old.scope }) });
  };

  return (
    <form role="search" onSubmit={go} className="relative w-full max-w-[440px] min-w-[160px]">
      <label className="flex h-7 items-center gap-2 rounded-md border border-kumo-line bg-kumo-canvas px-2.5 text-kumo-subtle focus-within:border-kumo-brand focus-within:outline focus-within:outline-kumo-brand">
        <MagnifyingGlassIcon size={14} aria-hidden="true" className="shrink-0" />
        <input
          ref={input}
          type="text"
          aria-label="Go to a Ray ID"
          aria-describedby={problem ? "go-to-problem" : undefined}
          aria-invalid={problem !== null}
          placeholder="Go to a Ray ID"
          spellCheck={false}
          autoComplete="off"
          onChange={() => setProblem(null)}
          onBlur={() => setProblem(null)}
          onKeyDown={(e) => {
            if (e.key === "Escape") e.currentTarget.blur();
          }}
          className="min-w-0 flex-1 bg-transparent text-kumo-default outline-none! placeholder:text-kumo-subtle"
        />
        <kbd className="rounded border border-kumo-line bg-kumo-base px-1 font-mono text-[10px] whitespace-nowrap" aria-hidden="true">
          Ctrl K
        </kbd>
      </label>
      {problem && (
        <p id="go-to-problem" role="alert" className="absolute top-8 z-30 w-full rounded-md border border-kumo-line bg-kumo-base px-2.5 py-1.5 text-xs text-v-bad shadow-sm">
          {problem}
        </p>
      )}
    </form>
  );
}
