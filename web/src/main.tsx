import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "./api";
import { whenUnauthorized } from "./api/client";
import { sessionQuery } from "./auth/session";
import { TooltipProvider } from "./components/Tooltip";
import { startI18n } from "./i18n";
import { createConsoleRouter } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Another try helps against a lost connection, not against a refusal.
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
});
const router = createConsoleRouter(queries);

whenUnauthorized(() => {
  if (router.state.location.pathname === "/login") return;
  queries.setQueryData(sessionQuery.queryKey, { authenticated: false });
  void router.navigate({
    to: "/login",
    search: { next: router.state.location.href, expired: "yes" },
  });
});

void startI18n().then(() => {
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <RouterProvider router={router} />
        </TooltipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
});
