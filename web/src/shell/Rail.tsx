import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Logo } from "../components/Logo";
import { useShell } from "./context";
import { LiveBadge } from "./LiveBadge";
import { places } from "./nav";
import styles from "./Rail.module.css";
import { UserMenu } from "./UserMenu";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function Rail() {
  const { t } = useTranslation();
  const { open } = useShell();
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
        {places.map(({ to, label, icon: Icon, exact }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact, includeSearch: false }}
            className={styles.place}
            title={t(label)}
          >
            <Icon aria-hidden />
            <span>{t(label)}</span>
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
  return (
    <nav className={styles.bottom} aria-label={t("nav.label")}>
      {places.map(({ to, label, icon: Icon, exact }) => (
        <Link key={to} to={to} activeOptions={{ exact, includeSearch: false }}>
          <Icon aria-hidden />
          <span>{t(label)}</span>
        </Link>
      ))}
    </nav>
  );
}
