import { Eye, Pencil, Trash2, Wrench, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";

import { covers } from "../../auth/permissions";
import { useRoleText } from "../../auth/useRoleText";
import { Section } from "../../components/Page";
import { formatNumber } from "../../format";
import { gridRows, verbs, type Verb } from "./rights";
import styles from "./RolesMatrix.module.css";
import { useResourceText } from "./useResourceText";

const icons: Record<Verb, LucideIcon> = {
  read: Eye,
  write: Pencil,
  delete: Trash2,
  admin: Wrench,
};

/** What each role may do to what: a row for each resource, a column for each role. */
export function RolesMatrix(props: {
  all: readonly string[];
  roles: readonly { role: string; rights: readonly string[]; people: number | undefined }[];
}) {
  const { t } = useTranslation();
  const roleText = useRoleText();
  const resourceText = useResourceText();
  return (
    <Section title={t("role.matrix")} card flush>
      <ul className={styles.legend}>
        {verbs.map((verb) => {
          const Icon = icons[verb];
          return (
            <li key={verb}>
              <Icon aria-hidden /> {t(`verb.${verb}`)}
            </li>
          );
        })}
      </ul>
      {/* Many roles scroll here, so the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("role.matrix")}>
        <table className={styles.matrix}>
          <caption className="visually-hidden">{t("role.matrix")}</caption>
          <thead>
            <tr>
              <td />
              {props.roles.map(({ role, people }) => (
                <th key={role} scope="col">
                  <span>
                    {roleText(role)}
                    {people !== undefined && (
                      <small>{t("role.people", { count: people, n: formatNumber(people) })}</small>
                    )}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {gridRows(props.all).map(({ resource, verbs: existing }) => (
              <tr key={resource}>
                <th scope="row">{resourceText(resource)}</th>
                {props.roles.map(({ role, rights }) => {
                  const has = verbs.filter(
                    (verb) => existing.has(verb) && covers(rights, `${verb}:${resource}`),
                  );
                  return (
                    <td key={role}>
                      <span className={styles.slots} aria-hidden>
                        {verbs.map((verb) => {
                          const Icon = icons[verb];
                          return <i key={verb}>{has.includes(verb) && <Icon />}</i>;
                        })}
                      </span>
                      <span className="visually-hidden">
                        {has.length > 0
                          ? has.map((verb) => t(`verb.${verb}`)).join(", ")
                          : t("role.none")}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
