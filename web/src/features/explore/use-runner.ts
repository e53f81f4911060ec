import { useEffect, useState, useSyncExternalStore } from "react";
import { QueryRunner, type RunState } from "./query-run";

/** A runner that lives as long as the component, and how far it is. */
export function useRunner(): { runner: QueryRunner; run: RunState } {
  const [runner] = useState(() => new QueryRunner());
  useEffect(() => runner.dispose, [runner]);
  return { runner, run: useSyncExternalStore(runner.subscribe, runner.snapshot) };
}
