/** True where a single letter is text being written, so it must not act as a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

/** True while a menu, popover or dialog is open: its own keys come first. */
export const isOverlayOpen = (): boolean =>
  document.querySelector("[role=dialog],[role=menu],[role=listbox]:not(.cm-tooltip *)") !== null;
