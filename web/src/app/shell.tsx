import { useEffect, useState } from "react";
import { Sidebar } from "@cloudflare/kumo/components/sidebar";
import { DatabaseIcon, ListMagnifyingGlassIcon, TrayArrowDownIcon } from "@phosphor-icons/react";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useMedia } from "@/lib/use-media";
import { Logo } from "./logo";
import { TokenDialog } from "./token-dialog";
import { TopBar } from "./top-bar";

const groups = [
  { label: "Investigate", items: [{ to: "/logs", label: "Log search", icon: ListMagnifyingGlassIcon }] },
  {
    label: "Data",
    items: [
      { to: "/datasets", label: "Datasets", icon: DatabaseIcon },
      { to: "/ingest", label: "Ingest", icon: TrayArrowDownIcon },
    ],
  },
];

export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const scope = useRouterState({ select: (state) => state.location.search.scope });
  const wide = useMedia("(min-width: 1280px)");
  const [open, setOpen] = useState(wide);
  useEffect(() => setOpen(wide), [wide]);
  const title = groups.flatMap((group) => group.items).find((item) => path.startsWith(item.to))?.label;
  useEffect(() => {
    document.title = title ? `${title} · Varve` : "Varve";
  }, [title]);
  return (
    <Sidebar.Provider open={open} onOpenChange={setOpen} className="h-full min-h-0! [--sidebar-width:12.5rem]" resizable defaultWidth={200} minWidth={180} maxWidth={300}>
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded focus:bg-kumo-base focus:px-3 focus:py-1.5">
        Skip to content
      </a>
      <Sidebar aria-label="Pages">
        <Sidebar.Header className="flex h-12 flex-row items-center justify-start px-4">
          <div className="flex items-center gap-2 px-0.5 text-[15px] font-semibold tracking-tight">
            <Logo />
            {open && <span>Varve</span>}
          </div>
        </Sidebar.Header>
        <Sidebar.Content>
          {groups.map((group) => (
            <Sidebar.Group key={group.label}>
              <Sidebar.GroupLabel>{group.label}</Sidebar.GroupLabel>
              <Sidebar.Menu>
                {group.items.map((item) => (
                  <Sidebar.MenuButton
                    key={item.to}
                    icon={item.icon}
                    size="sm"
                    tooltip={item.label}
                    active={path.startsWith(item.to)}
                    href={scope ? `${item.to}?scope=${scope}` : item.to}
                  >
                    {item.label}
                  </Sidebar.MenuButton>
                ))}
              </Sidebar.Menu>
            </Sidebar.Group>
          ))}
        </Sidebar.Content>
        <Sidebar.Footer>
          <Sidebar.Trigger />
        </Sidebar.Footer>
      </Sidebar>
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <TokenDialog />
    </Sidebar.Provider>
  );
}
