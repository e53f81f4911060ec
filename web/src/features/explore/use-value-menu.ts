import { useCallback, useState } from "react";
import type { MenuTarget } from "./value-menu";

/** The value whose menu or popover is open. When it closes the keys go back to where they were. */
export function useValueMenu() {
  const [menu, setMenu] = useState<{ target: MenuTarget; focused: Element | null } | null>(null);
  const open = useCallback((target: MenuTarget) => setMenu({ target, focused: document.activeElement }), []);
  const close = useCallback(
    () =>
      setMenu((old) => {
        const back = old?.focused;
        if (back instanceof HTMLElement) requestAnimationFrame(() => document.activeElement === document.body && back.focus());
        return null;
      }),
    [],
  );
  return { target: menu?.target ?? null, open, close };
}
