import { LinkProvider } from "@cloudflare/kumo";
import { TooltipProvider } from "@cloudflare/kumo/components/tooltip";
import { CSPProvider } from "@cloudflare/kumo/primitives/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { cspNonce } from "@/lib/csp-nonce";
import { AppLink } from "./app-link";
import { router } from "./router";

const client = new QueryClient({
  defaultOptions: { queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false } },
});

export function App() {
  return (
    <CSPProvider nonce={cspNonce()} disableStyleElements>
      <QueryClientProvider client={client}>
        <TooltipProvider delay={250}>
          <LinkProvider component={AppLink}>
            <RouterProvider router={router} />
          </LinkProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}
