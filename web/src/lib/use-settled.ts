import { useEffect, useState } from "react";

/** Whether a value has stayed the same for a while; the first one has from the start. */
export function useSettled(value: unknown, ms: number): boolean {
  const [settled, setSettled] = useState({ value });
  const isSettled = Object.is(settled.value, value);
  useEffect(() => {
    if (isSettled) return undefined;
    const timer = setTimeout(() => setSettled({ value }), ms);
    return () => clearTimeout(timer);
  }, [value, isSettled, ms]);
  return isSettled;
}
