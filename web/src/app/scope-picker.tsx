import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { CaretUpDownIcon, CheckIcon, GlobeSimpleIcon } from "@phosphor-icons/react";
import { useNavigate } from "@tanstack/react-router";
import { useScope } from "@/api/use-scope";
import { formatScope, type Scope } from "@/lib/search-params";

export function ScopePicker() {
  const navigate = useNavigate();
  const { scope, scopes } = useScope();
  if (!scope) return null;
  // Time and statement stay; the open record belongs to the scope that is left.
  const choose = (next: Scope) =>
    void navigate({ to: ".", search: (old) => ({ ...old, scope: formatScope(next), row: undefined }) });
  const item = (next: Scope, label: string) => {
    const isCurrent = next.account === scope.account && next.zone === scope.zone;
    return (
      <DropdownMenu.Item key={formatScope(next)} className="min-h-7 py-1 text-[13px]" onClick={() => choose(next)}>
        <span className="min-w-40 flex-1">{label}</span>
        <CheckIcon size={13} className={isCurrent ? "text-kumo-brand" : "invisible"} aria-label={isCurrent ? "Current" : undefined} />
      </DropdownMenu.Item>
    );
  };
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button variant="ghost" size="sm" aria-label={`Scope: ${scope.account}, ${scope.zone ?? "all zones"}`} className="min-w-0">
            <GlobeSimpleIcon size={15} className="shrink-0 text-kumo-subtle" />
            <span className="truncate text-kumo-subtle">{scope.account}</span>
            <span className="text-kumo-subtle">/</span>
            <span className="truncate font-medium">{scope.zone ?? "all zones"}</span>
            <CaretUpDownIcon size={12} className="shrink-0 text-kumo-subtle" />
          </Button>
        }
      />
      <DropdownMenu.Content>
        {scopes.map((account) => (
          <DropdownMenu.Group key={account.account}>
            <DropdownMenu.Label>{account.account}</DropdownMenu.Label>
            {item({ account: account.account, zone: null }, "All zones")}
            {account.zones.map((zone) => item({ account: account.account, zone }, zone))}
          </DropdownMenu.Group>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
