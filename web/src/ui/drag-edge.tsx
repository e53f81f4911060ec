import { useRef, type KeyboardEvent, type PointerEvent } from "react";

interface Props {
  label: string;
  orientation: "horizontal" | "vertical";
  value: number;
  min: number;
  max: number;
  /** -1 when moving right or down makes the pane smaller. */
  direction?: 1 | -1;
  className: string;
  onChange: (value: number) => void;
}

/** The edge between two panes: drag it, or focus it and use the arrow keys. */
export function DragEdge({ label, orientation, value, min, max, direction = 1, className, onChange }: Props) {
  const drag = useRef<{ at: number; value: number } | null>(null);
  const along = (e: PointerEvent) => (orientation === "vertical" ? e.clientX : e.clientY);
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const down = (e: PointerEvent<HTMLDivElement>) => {
    e.preventDefault();
    e.currentTarget.setPointerCapture(e.pointerId);
    drag.current = { at: along(e), value };
  };
  const move = (e: PointerEvent) => {
    if (drag.current) set(drag.current.value + (along(e) - drag.current.at) * direction);
  };
  const key = (e: KeyboardEvent) => {
    const grow = orientation === "vertical" ? "ArrowRight" : "ArrowDown";
    const shrink = orientation === "vertical" ? "ArrowLeft" : "ArrowUp";
    if (e.key !== grow && e.key !== shrink) return;
    e.preventDefault();
    e.stopPropagation();
    set(value + (e.key === grow ? 20 : -20) * direction);
  };
  return (
    // A separator that can be focused is a widget (WAI-ARIA 1.2), which the rule does not know.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={`touch-none hover:bg-kumo-brand/30 focus-visible:bg-kumo-brand/30 ${orientation === "vertical" ? "cursor-col-resize" : "cursor-row-resize"} ${className}`}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={() => (drag.current = null)}
      onKeyDown={key}
    />
  );
}
