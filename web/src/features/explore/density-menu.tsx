import { Button } from "@cloudflare/kumo/components/button";
import { DropdownMenu } from "@cloudflare/kumo/components/dropdown";
import { CheckIcon, RowsIcon } from "@phosphor-icons/react";
import { densities, useDensity } from "./density";

/** How high the rows are. */
export function DensityMenu() {
  const [density, choose] = useDensity();
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger
        render={
          <Button size="xs" variant="ghost" icon={RowsIcon} aria-label={`Density: ${density.label}`} title="Height of the rows">
            Density
          </Button>
        }
      />
      <DropdownMenu.Content>
        {densities.map((each) => (
          <DropdownMenu.Item key={each.name} className="min-h-7 py-1 text-[13px]" onClick={() => choose(each)}>
            <span className="min-w-24 flex-1">{each.label}</span>
            <CheckIcon size={13} className={each === density ? "text-kumo-brand" : "invisible"} aria-label={each === density ? "Current" : undefined} />
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}
