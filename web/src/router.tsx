import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";

import { profileQuery, sessionQuery } from "./auth/session";
import { parseAddress, printAddress } from "./address";
import { readActivitySearch } from "./pages/activity/search";
import { kinds, type Kind } from "./pages/authorities/create/kinds";
import { readCompareSearch } from "./pages/certificates/compare";
import { readSearch } from "./pages/certificates/search";
import { CrashPage } from "./pages/CrashPage";
import { isOrderStatus, type OrderStatus } from "./pages/enrolment/orderStatus";
import { NotFoundPage } from "./pages/NotFoundPage";
import { readRequestSearch } from "./pages/requests/search";
import { readTemplateSearch } from "./pages/templates/search";
import { readUserCertificateSearch } from "./pages/user-certificates/search";
import { Shell } from "./shell/Shell";

const string = (value: unknown) => (typeof value === "string" ? value : undefined);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  errorComponent: CrashPage,
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (raw: Record<string, unknown>): { next?: string; expired?: string } => ({
    ...(string(raw.next) ? { next: string(raw.next) } : {}),
    ...(string(raw.expired) ? { expired: string(raw.expired) } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/LoginPage"), "LoginPage"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("./pages/ForgotPage"), "ForgotPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("./pages/ResetPage"), "ResetPage"),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  component: lazyRouteComponent(() => import("./pages/setup/SetupPage"), "SetupPage"),
});

const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    string(raw.next) ? { next: string(raw.next) } : {},
  component: lazyRouteComponent(() => import("./pages/PasswordPage"), "PasswordPage"),
});

const secondFactor = createRoute({
  getParentRoute: () => root,
  path: "/second-factor",
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    string(raw.next) ? { next: string(raw.next) } : {},
  component: lazyRouteComponent(() => import("./pages/SecondFactorPage"), "SecondFactorPage"),
});

// Everything behind sign-in.
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (!session.authenticated) {
      // A router's redirect is thrown by design.

      throw redirect({
        to: "/login",
        search: location.href === "/" ? {} : { next: location.href },
      });
    }
    const { data: profile } = await context.queries.ensureQueryData(profileQuery);
    if (profile.force_password_change) {
      throw redirect({
        to: "/password",
        search: location.href === "/" ? {} : { next: location.href },
      });
    }
    if (session.must_enroll_2fa) {
      throw redirect({
        to: "/second-factor",
        search: location.href === "/" ? {} : { next: location.href },
      });
    }
  },
  component: Shell,
  errorComponent: CrashPage,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/home/HomePage"), "HomePage"),
});

// The list and what it lists share one address space, so that filters stay while looking at one.
const certificates = createRoute({
  getParentRoute: () => shell,
  path: "/certificates",
  validateSearch: readSearch,
  component: lazyRouteComponent(
    () => import("./pages/certificates/CertificatesLayout"),
    "CertificatesLayout",
  ),
});
const certificate = createRoute({
  getParentRoute: () => certificates,
  path: "$id",
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: "/certificates/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("./pages/certificates/ComparePage"), "ComparePage"),
});

const userCertificates = createRoute({
  getParentRoute: () => shell,
  path: "/user-certificates",
  validateSearch: readUserCertificateSearch,
  component: lazyRouteComponent(
    () => import("./pages/user-certificates/UserCertificatesPage"),
    "UserCertificatesPage",
  ),
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: "/requests",
  validateSearch: readRequestSearch,
  component: lazyRouteComponent(() => import("./pages/requests/RequestsPage"), "RequestsPage"),
});
const request = createRoute({
  getParentRoute: () => shell,
  path: "/requests/$id",
  component: lazyRouteComponent(() => import("./pages/requests/RequestPage"), "RequestPage"),
});

const templates = createRoute({
  getParentRoute: () => shell,
  path: "/templates",
  validateSearch: readTemplateSearch,
  component: lazyRouteComponent(() => import("./pages/templates/TemplatesPage"), "TemplatesPage"),
});
const template = createRoute({
  getParentRoute: () => shell,
  path: "/templates/$id",
  component: lazyRouteComponent(() => import("./pages/templates/TemplatePage"), "TemplatePage"),
});

const authorities = createRoute({
  getParentRoute: () => shell,
  path: "/authorities",
  validateSearch: (raw: Record<string, unknown>): { view?: "graph" } =>
    raw.view === "graph" ? { view: "graph" } : {},
  component: lazyRouteComponent(
    () => import("./pages/authorities/AuthoritiesPage"),
    "AuthoritiesPage",
  ),
});
const authority = createRoute({
  getParentRoute: () => shell,
  path: "/authorities/$id",
  component: lazyRouteComponent(() => import("./pages/authorities/AuthorityPage"), "AuthorityPage"),
});

const newAuthority = createRoute({
  getParentRoute: () => shell,
  path: "/authorities/new",
  validateSearch: (raw: Record<string, unknown>): { kind: Kind } => ({
    kind: kinds.find((kind) => kind === raw.kind) ?? "intermediate",
  }),
  component: lazyRouteComponent(
    () => import("./pages/authorities/create/CreateAuthorityPage"),
    "CreateAuthorityPage",
  ),
});
const offline = createRoute({
  getParentRoute: () => shell,
  path: "/authorities/offline",
  component: lazyRouteComponent(
    () => import("./pages/authorities/offline/OfflinePage"),
    "OfflinePage",
  ),
});

const revocation = createRoute({
  getParentRoute: () => shell,
  path: "/revocation",
  component: lazyRouteComponent(
    () => import("./pages/revocation/RevocationPage"),
    "RevocationPage",
  ),
});
const revocationJob = createRoute({
  getParentRoute: () => shell,
  path: "/revocation/jobs/$id",
  component: lazyRouteComponent(() => import("./pages/revocation/JobPage"), "JobPage"),
});

const enrolment = createRoute({
  getParentRoute: () => shell,
  path: "/enrolment",
  validateSearch: (
    raw: Record<string, unknown>,
  ): {
    tab?: string;
    client?: string;
    service?: string;
    page?: number;
    status?: OrderStatus;
    order?: number;
    account?: number;
  } => ({
    ...(string(raw.tab) ? { tab: string(raw.tab) } : {}),
    ...(string(raw.client) ? { client: string(raw.client) } : {}),
    ...(string(raw.service) ? { service: string(raw.service) } : {}),
    ...(Number(raw.page) > 1 ? { page: Math.floor(Number(raw.page)) } : {}),
    ...(isOrderStatus(raw.status) ? { status: raw.status } : {}),
    ...(Number(raw.order) > 0 ? { order: Math.floor(Number(raw.order)) } : {}),
    ...(Number(raw.account) > 0 ? { account: Math.floor(Number(raw.account)) } : {}),
  }),
  component: lazyRouteComponent(() => import("./pages/enrolment/EnrolmentPage"), "EnrolmentPage"),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: "/activity",
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import("./pages/activity/ActivityPage"), "ActivityPage"),
});

// Whatever else there is no page for, inside of the frame.
const elsewhere = createRoute({
  getParentRoute: () => shell,
  path: "$",
  component: NotFoundPage,
});

const settingsIndex = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "account" }, replace: true });
  },
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("./pages/settings/SettingsPage"), "SettingsPage"),
});

const tree = root.addChildren([
  login,
  forgot,
  reset,
  setup,
  password,
  secondFactor,
  shell.addChildren([
    home,
    certificates.addChildren([certificate]),
    compare,
    userCertificates,
    requests,
    request,
    templates,
    template,
    authorities,
    authority,
    newAuthority,
    offline,
    revocation,
    revocationJob,
    enrolment,
    activity,
    settingsIndex,
    settings,
    elsewhere,
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    parseSearch: parseAddress,
    stringifySearch: printAddress,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
  interface HistoryState {
    /** Opened from the list: shown beside it where there is room. */
    sheet?: boolean;
  }
}
