import { useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { parseScope, type Scope } from "@/lib/search-params";
import { scopesQuery, type AccountScope } from "./scopes";

const noScopes: readonly AccountScope[] = [];

/** The scope the page reads: the one in the address, else the first that has data. */
export function useScope(): { scope: Scope | null; scopes: readonly AccountScope[]; error: Error | null; isPending: boolean } {
  const text = useRouterState({ select: (state) => state.location.search.scope });
  const { data: scopes = noScopes, error, isPending } = useQuery(scopesQuery);
  const first = scopes[0];
  const scope = useMemo(
    () => (text ? parseScope(text) : first ? { account: first.account, zone: first.zones[0] ?? null } : null),
    [text, first],
  );
  return { scope, scopes, error, isPending };
}
