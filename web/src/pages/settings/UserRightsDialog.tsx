import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type User } from "../../api";
import { useRoleText } from "../../auth/useRoleText";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form } from "../../components/Field";
import { Facts } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { casQuery } from "../authorities/queries";
import { templatesQuery } from "../templates/queries";
import { permissionsQuery } from "./queries";
import { inEffect } from "./rights";
import { RightsGrid } from "./RightsGrid";
import styles from "./Settings.module.css";
import { useRestrictionText } from "./useRestrictionText";

/** What a user may do in the end: role and groups together, where a restriction leaves them. */
export function UserRightsDialog(props: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const roleText = useRoleText();
  const { id, username } = props.user;
  const rights = useQuery({
    queryKey: ["users", "rights", id],
    queryFn: () => api.get("/users/{user_id}/permissions", { path: { user_id: id } }),
    staleTime: 0,
  });
  const named = useQuery(permissionsQuery);
  const cas = useQuery(casQuery);
  const templates = useQuery(templatesQuery);
  const inWords = useRestrictionText(cas.data?.data ?? [], templates.data?.data ?? []);
  const found = rights.data?.data;
  const error = rights.error ?? named.error ?? cas.error ?? templates.error;
  const loaded = found && named.data && cas.data && templates.data;
  const has = loaded
    ? inEffect(named.data.data.permissions, found.permissions, found.restricted)
    : [];
  const isRestricted = (one: { ca_ids: number[]; template_ids: number[]; tags: string[] }) =>
    Object.values(one).some(({ length }) => length > 0);

  return (
    <Dialog
      title={t("users.rightsTitle", { name: username })}
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <Form>
        {loaded ? (
          <>
            {!found.active && <p className={styles.words}>{t("users.rightsOff")}</p>}
            <Facts
              facts={[
                [t("users.role"), roleText(found.role)],
                [t("settings.groups"), found.groups.map(({ name }) => name).join(", ") || "–"],
              ]}
            />
            {found.restricted && isRestricted(found.restriction) && (
              <p className={styles.words}>{inWords(found.restriction)}</p>
            )}
            {found.restricted &&
              found.groups
                .filter(({ restricted }) => restricted)
                .map((group) => (
                  <p key={group.group_id} className={styles.words}>
                    <b>{t("restriction.ofGroup", { group: group.name })}</b>{" "}
                    {inWords(group.restriction)}
                  </p>
                ))}
            {found.permissions.includes("*") ? (
              <p className={styles.intro}>{t("users.rightsAll")}</p>
            ) : (
              <RightsGrid caption={t("keys.rights")} all={has} chosen={has} />
            )}
          </>
        ) : (
          !error && <SkeletonLines lines={8} label={t("common.loading")} />
        )}
        {error && <ErrorNotice error={error} />}
      </Form>
    </Dialog>
  );
}
