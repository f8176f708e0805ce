import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ComponentType } from "react";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../../auth/restricted";
import { useCan } from "../../auth/useCan";
import { Page } from "../../components/Page";
import { NotFoundPage } from "../NotFoundPage";
import { AboutSection } from "./AboutSection";
import { AccountSection } from "./AccountSection";
import { AppearanceSection } from "./AppearanceSection";
import { CtSection } from "./CtSection";
import { GeneralSection } from "./GeneralSection";
import { GroupsSection } from "./GroupsSection";
import { KeysSection } from "./KeysSection";
import { LimitsSection } from "./LimitsSection";
import { LogSection } from "./LogSection";
import { MailSection } from "./MailSection";
import { NoticesSection } from "./NoticesSection";
import { RolesSection } from "./RolesSection";
import { SecuritySection } from "./SecuritySection";
import { SessionsSection } from "./SessionsSection";
import styles from "./Settings.module.css";
import { UsersSection } from "./UsersSection";
import { WebhooksSection } from "./webhooks/WebhooksSection";

interface Entry {
  id:
    | "account"
    | "appearance"
    | "sessions"
    | "keys"
    | "users"
    | "groups"
    | "roles"
    | "security"
    | "limits"
    | "general"
    | "mail"
    | "notices"
    | "webhooks"
    | "ct"
    | "log"
    | "about";
  component: ComponentType;
  needs?: string;
  /** About the whole server: not for who is restricted to a part of it. */
  whole?: boolean;
}

const groups: {
  label: "settings.you" | "settings.access" | "settings.server";
  entries: Entry[];
}[] = [
  {
    label: "settings.you",
    entries: [
      { id: "account", component: AccountSection },
      { id: "appearance", component: AppearanceSection },
      { id: "sessions", component: SessionsSection },
      { id: "keys", component: KeysSection },
    ],
  },
  {
    label: "settings.access",
    entries: [
      { id: "users", component: UsersSection, needs: "read:users" },
      { id: "groups", component: GroupsSection, needs: "read:groups" },
      { id: "roles", component: RolesSection, needs: "read:users" },
      { id: "security", component: SecuritySection, needs: "read:settings" },
      { id: "limits", component: LimitsSection, needs: "read:settings" },
    ],
  },
  {
    label: "settings.server",
    entries: [
      { id: "general", component: GeneralSection, needs: "read:settings" },
      { id: "mail", component: MailSection, needs: "read:settings" },
      { id: "notices", component: NoticesSection, needs: "read:settings" },
      { id: "webhooks", component: WebhooksSection, needs: "read:settings" },
      { id: "ct", component: CtSection, needs: "read:settings" },
      { id: "log", component: LogSection, needs: "read:settings" },
      { id: "about", component: AboutSection, whole: true },
    ],
  },
];

export function SettingsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const restricted = useRestricted();
  const { section } = useParams({ from: "/shell/settings/$section" });
  const nav = useRef<HTMLElement>(null);
  // On phones the sections are a strip that scrolls; the chosen one must be in sight.
  useEffect(() => {
    const chosen = nav.current?.querySelector("[aria-current=page]");
    chosen?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  const visible = groups
    .map((group) => ({
      ...group,
      entries: group.entries.filter(
        ({ needs, whole }) => (!needs || can(needs)) && !(whole && restricted),
      ),
    }))
    .filter(({ entries }) => entries.length > 0);
  const entry = visible.flatMap(({ entries }) => entries).find(({ id }) => id === section);
  if (!entry) return <NotFoundPage />;
  const Section = entry.component;

  return (
    <Page title={t("nav.settings")} name={`${t(`settings.${entry.id}`)} · ${t("nav.settings")}`}>
      <div className={styles.layout}>
        <nav ref={nav} className={styles.nav} aria-label={t("nav.settings")}>
          {visible.map((group) => (
            <div key={group.label}>
              <h2>{t(group.label)}</h2>
              <ul>
                {group.entries.map(({ id }) => (
                  <li key={id}>
                    <Link to="/settings/$section" params={{ section: id }}>
                      {t(`settings.${id}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <div className={styles.content}>
          <Section key={entry.id} />
        </div>
      </div>
    </Page>
  );
}
