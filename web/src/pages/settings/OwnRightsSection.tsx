import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../../auth/restricted";
import { useSession } from "../../auth/session";
import { Section } from "../../components/Page";
import { permissionsQuery } from "./queries";
import { gridRows } from "./rights";
import { RightsGrid } from "./RightsGrid";
import styles from "./Settings.module.css";
import { covers } from "../../auth/permissions";

/** What role and groups together give to whoever is signed in. */
export function OwnRightsSection() {
  const { t } = useTranslation();
  const own = useSession()?.permissions ?? [];
  const restricted = useRestricted();
  const everything = own.includes("*");
  const named = useQuery({ ...permissionsQuery, enabled: !restricted && !everything }).data?.data
    .permissions;
  // Only what there is a right to is worth a row.
  const all = named ?? own;
  const rows = gridRows(all.filter((one) => covers(own, one))).map(({ resource }) => resource);
  return (
    <Section title={t("role.yours")} card>
      <div className={styles.form}>
        <p className={styles.intro}>
          {restricted
            ? `${t("restriction.you")}. ${t("restriction.youText")}`
            : t(everything ? "role.yoursAll" : "role.yoursLead")}
        </p>
        {!restricted && !everything && rows.length > 0 && (
          <RightsGrid
            caption={t("keys.rights")}
            all={all.filter((one) => rows.includes(one.split(":")[1] ?? ""))}
            chosen={own}
          />
        )}
      </div>
    </Section>
  );
}
