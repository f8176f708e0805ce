import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { Toasts } from "../components/Toast";
import { useShortcuts } from "../components/useShortcuts";
import { LiveProvider } from "../live/LiveProvider";
import { ShellContext, type Overlay } from "./context";
import { NotAllowedPage } from "../pages/NotAllowedPage";
import { HelpDialog } from "./HelpDialog";
import { useMayVisit } from "./nav";
import { BottomBar, Rail, TopBar } from "./Rail";
import styles from "./Shell.module.css";

const Palette = lazy(() => import("./Palette").then((module) => ({ default: module.Palette })));
const IssueDialog = lazy(() =>
  import("../pages/certificates/IssueDialog").then((module) => ({ default: module.IssueDialog })),
);
const ImportDialog = lazy(() =>
  import("../pages/import/ImportDialog").then((module) => ({ default: module.ImportDialog })),
);

/** The frame of every page behind sign-in. */
export function Shell() {
  const { t } = useTranslation();
  const [overlay, setOverlay] = useState<Overlay>();
  const value = useMemo(() => ({ open: setOverlay }), []);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const mayVisit = useMayVisit(path);
  const close = () => setOverlay(undefined);

  useShortcuts({ "?": () => setOverlay("help") });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOverlay((now) => (now === undefined ? "palette" : now === "palette" ? undefined : now));
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  return (
    <LiveProvider>
      <ShellContext value={value}>
        <a className={styles.skip} href="#main">
          {t("nav.skip")}
        </a>
        <div className={styles.shell}>
          <Rail />
          <TopBar />
          <main id="main" className={styles.main} tabIndex={-1}>
            <Suspense>{mayVisit ? <Outlet /> : <NotAllowedPage />}</Suspense>
          </main>
          <BottomBar />
        </div>
        <Toasts />
        <Suspense>
          {overlay === "palette" && <Palette onClose={close} onOpen={setOverlay} />}
          {overlay === "help" && <HelpDialog onClose={close} />}
          {overlay === "issue" && <IssueDialog onClose={close} />}
          {overlay === "import" && <ImportDialog onClose={close} />}
        </Suspense>
      </ShellContext>
    </LiveProvider>
  );
}
