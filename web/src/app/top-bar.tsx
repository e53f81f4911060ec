import { Button } from "@cloudflare/kumo/components/button";
import { Tooltip } from "@cloudflare/kumo/components/tooltip";
import { MoonIcon, SunIcon } from "@phosphor-icons/react";
import { setTheme, useTheme } from "@/lib/theme";
import { GoToBox } from "./go-to-box";
import { ScopePicker } from "./scope-picker";

export function TopBar() {
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-kumo-hairline bg-kumo-base px-3">
      <div className="flex min-w-0 flex-1 items-center">
        <ScopePicker />
      </div>
      <GoToBox />
      <div className="flex flex-1 items-center justify-end gap-2">
        <Tooltip content="All times are in UTC" render={<span className="px-1 font-mono text-xs text-kumo-subtle" />}>
          UTC
        </Tooltip>
        <Button
          variant="ghost"
          size="sm"
          shape="square"
          aria-label={`Use ${other} theme`}
          onClick={() => setTheme(other)}
          icon={theme === "dark" ? SunIcon : MoonIcon}
        />
      </div>
    </header>
  );
}
