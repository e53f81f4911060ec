import { forwardRef, type AnchorHTMLAttributes, type MouseEvent } from "react";
import { useRouter } from "@tanstack/react-router";

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to?: string };

const isPlainClick = (e: MouseEvent): boolean => e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey;

/** Joins the component library's links to the router: plain clicks stay in the page, all others are the browser's. */
export const AppLink = forwardRef<HTMLAnchorElement, Props>(function AppLink({ to: _to, href, onClick, children, ...rest }, ref) {
  const router = useRouter();
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e);
    if (!href?.startsWith("/") || e.defaultPrevented || !isPlainClick(e)) return;
    e.preventDefault();
    void router.navigate({ href });
  };
  return (
    <a ref={ref} href={href} {...rest} onClick={follow}>
      {children}
    </a>
  );
});
