import { lazy, Suspense, type ComponentProps } from "react";

const load = () => import("./open-record");
const Drawer = lazy(() => load().then((module) => ({ default: module.OpenRecord })));

/** Fetches the drawer ahead of the first record that is opened, so that it is there at once. */
export const prepareDrawer = (): void => void load().catch(() => undefined);

/** The open record, which is not among what has to come before the first rows. */
export function OpenRecord(props: ComponentProps<typeof Drawer>) {
  return (
    <Suspense fallback={<aside aria-label="Record" aria-busy="true" className="w-[404px] shrink-0 border-l border-kumo-line bg-kumo-base" />}>
      <Drawer {...props} />
    </Suspense>
  );
}
