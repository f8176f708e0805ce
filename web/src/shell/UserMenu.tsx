import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, Keyboard, LogOut, User } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../api";
import { setCsrfToken } from "../api/client";
import { setAppearance, useAppearance, type Theme } from "../appearance";
import { profileQuery, sessionQuery, useSession } from "../auth/session";
import { useRoleText } from "../auth/useRoleText";
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from "../components/Menu";
import { currentLanguage, languages, setLanguage } from "../i18n";
import { useShell } from "./context";
import styles from "./UserMenu.module.css";

const themes: Theme[] = ["auto", "light", "dark"];

export function UserMenu(props: { compact?: boolean }) {
  const { t } = useTranslation();
  const session = useSession();
  const roleText = useRoleText();
  const appearance = useAppearance();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { open } = useShell();
  const user = session?.user;
  const profile = useQuery(profileQuery).data?.data;
  const name = profile?.full_name || user?.username || "";

  return (
    <Menu
      side={props.compact ? "bottom" : "top"}
      align={props.compact ? "end" : "start"}
      trigger={
        <button
          type="button"
          className={props.compact ? `${styles.user} ${styles.compact}` : styles.user}
          aria-label={t("nav.userMenu", { name })}
        >
          <span className={styles.avatar} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={styles.who} aria-hidden>
            <b>{name}</b>
            <small>{session?.role && roleText(session.role)}</small>
          </span>
          <ChevronsUpDown className={styles.more} aria-hidden />
        </button>
      }
    >
      <MenuItem
        icon={User}
        onSelect={() => void navigate({ to: "/settings/$section", params: { section: "account" } })}
      >
        {t("settings.account")}
      </MenuItem>
      <MenuItem icon={Keyboard} hint="?" onSelect={() => open("help")}>
        {t("help.title")}
      </MenuItem>
      <MenuLine />
      <MenuLabel>{t("appearance.theme")}</MenuLabel>
      {themes.map((theme) => (
        <MenuCheck
          key={theme}
          many
          checked={appearance.theme === theme}
          onSelect={() => setAppearance({ theme })}
        >
          {t(`appearance.${theme}`)}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuLabel>{t("appearance.language")}</MenuLabel>
      {languages.map(({ code, name: language }) => (
        <MenuCheck
          key={code}
          many
          checked={currentLanguage() === code}
          onSelect={() => void setLanguage(code)}
        >
          <span lang={code}>{language}</span>
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t("nav.signOut")}
      </MenuItem>
    </Menu>
  );
}

export function useSignOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await api.post("/auth/logout").catch(() => undefined);
    setCsrfToken(undefined);
    queries.setQueryData(sessionQuery.queryKey, { authenticated: false });
    await navigate({ to: "/login", search: {} });
    // Nothing of one user may be left for the next.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  };
}
