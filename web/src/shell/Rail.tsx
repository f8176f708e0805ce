import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { Ellipsis, Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Logo } from "../components/Logo";
import { Menu, MenuItem } from "../components/Menu";
import { formatNumber } from "../format";
import { useWaitingOrders } from "../pages/enrolment/approvals";
import { useShell } from "./context";
import { LiveBadge } from "./LiveBadge";
import { usePlaces } from "./nav";
import styles from "./Rail.module.css";
import { UserMenu } from "./UserMenu";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function Rail() {
  const { t } = useTranslation();
  const { open } = useShell();
  const places = usePlaces();
  return (
    <header className={styles.rail}>
      <Link to="/" className={styles.brand}>
        <Logo />
        <span>Certwright</span>
      </Link>
      <button
        type="button"
        className={styles.search}
        onClick={() => open("palette")}
        aria-label={t("palette.open")}
      >
        <Search aria-hidden />
        <span>{t("palette.short")}</span>
        <kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <nav aria-label={t("nav.label")}>
        {places.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === "/", includeSearch: false }}
            className={styles.place}
            title={t(label)}
          >
            <Icon aria-hidden />
            <span>{t(label)}</span>
            {to === "/enrolment" && <Waiting />}
          </Link>
        ))}
      </nav>
      <div className={styles.foot}>
        <LiveBadge />
        <UserMenu />
      </div>
    </header>
  );
}

/** How many orders somebody has to approve. */
function Waiting() {
  const { t } = useTranslation();
  const waiting = useWaitingOrders();
  if (waiting === 0) return null;
  return (
    <em className={styles.waiting}>
      <i aria-hidden>{formatNumber(waiting)}</i>
      <span className="visually-hidden">{t("nav.waiting", { count: waiting })}</span>
    </em>
  );
}

/** On phones: the brand, search and the user on top … */
export function TopBar() {
  const { t } = useTranslation();
  const { open } = useShell();
  return (
    <header className={styles.top}>
      <Link to="/" className={styles.brand}>
        <Logo />
        <span>Certwright</span>
      </Link>
      <LiveBadge compact />
      <button
        type="button"
        className={styles.topSearch}
        onClick={() => open("palette")}
        aria-label={t("palette.open")}
      >
        <Search aria-hidden />
      </button>
      <UserMenu compact />
    </header>
  );
}

/** … and the places within reach of the thumb. */
export function BottomBar() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = usePlaces();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const far = places.filter(({ near }) => !near);
  return (
    <nav className={styles.bottom} aria-label={t("nav.label")}>
      {places
        .filter(({ near }) => near)
        .map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
            <Icon aria-hidden />
            <span>{t(label)}</span>
          </Link>
        ))}
      <Menu
        align="end"
        side="top"
        trigger={
          <button type="button" data-here={far.some(({ to }) => path.startsWith(to)) || undefined}>
            <Ellipsis aria-hidden />
            <span>{t("nav.more")}</span>
          </button>
        }
      >
        {far.map(({ to, label, icon }) => (
          <MenuItem
            key={to}
            icon={icon}
            hint={to === "/enrolment" && <Waiting />}
            onSelect={() => void navigate({ to })}
          >
            {t(label)}
          </MenuItem>
        ))}
      </Menu>
    </nav>
  );
}
