import { useEffect, useState } from "react";

/** Whether a text has stayed the same for a while; the first one has from the start. */
export function useSettled(text: string, ms: number): boolean {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    if (settled === text) return undefined;
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, settled, ms]);
  return settled === text;
}
