import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { notice } from "@/lib/notices";
import { formatAddress, parseAddress, readExploreSearch, type ExploreSearch } from "@/lib/search-params";
import { NotFound } from "./not-found";
import { Shell } from "./shell";

function validateSearch(raw: Record<string, unknown>): ExploreSearch {
  const { search, dropped } = readExploreSearch(raw);
  if (dropped.length > 0) notice(`Left out of the address, since it can't be read here: ${dropped.join(", ")}.`);
  // The router lays the validated keys over the raw ones, so a key that is left out has to be named to go.
  return { ...Object.fromEntries(dropped.map((key) => [key, undefined])), ...search };
}

const root = createRootRoute({ validateSearch, component: Shell, notFoundComponent: NotFound });

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/logs" });
  },
});

const logs = createRoute({
  getParentRoute: () => root,
  path: "/logs",
  // Which entry of the history this is arrives together with what its address says.
  beforeLoad: ({ location: { state } }) => {
    const { __TSR_key: entry, tab } = state;
    return { entry, tab };
  },
  component: lazyRouteComponent(() => import("@/features/explore/tabbed-search"), "TabbedSearch"),
});

const ray = createRoute({
  getParentRoute: () => root,
  path: "/logs/ray/$ray",
  component: lazyRouteComponent(() => import("@/features/explore/ray-page"), "RayPage"),
});

const datasets = createRoute({
  getParentRoute: () => root,
  path: "/datasets/{-$name}",
  component: lazyRouteComponent(() => import("@/features/datasets/datasets-page"), "DatasetsPage"),
});

const ingest = createRoute({
  getParentRoute: () => root,
  path: "/ingest/{-$way}",
  component: lazyRouteComponent(() => import("@/features/ingest/ingest-page"), "IngestPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([index, logs, ray, datasets, ingest]),
  defaultPreload: false,
  scrollRestoration: false,
  parseSearch: parseAddress,
  stringifySearch: formatAddress,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
