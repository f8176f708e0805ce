import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { useRoleText } from "../../auth/useRoleText";
import { Checkbox, Checkboxes, Choice, SelectField } from "../../components/Field";
import { casQuery } from "../authorities/queries";
import { LoadedSection } from "./LoadedSection";
import { rolesQuery } from "./queries";
import { SettingsForm } from "./SettingsForm";
import styles from "./Settings.module.css";
import { useDraft } from "./useDraft";
import { useSaved } from "./useSaved";

type General = Data<"get", "/settings/general">;
type Mtls = Data<"get", "/account/mtls/settings">;

/** What the server asks of everybody who signs in. */
export function SecuritySection() {
  const { t } = useTranslation();
  const general = useQuery({
    queryKey: ["settings", "general"],
    queryFn: () => api.get("/settings/general"),
  });
  const mtls = useQuery({
    queryKey: ["settings", "mtls"],
    queryFn: () => api.get("/account/mtls/settings"),
  });
  return (
    <>
      <LoadedSection title={t("secondFactor.title")} query={general}>
        {(data) => <SecondFactorRule general={data} />}
      </LoadedSection>
      <LoadedSection title={t("mtls.title")} query={mtls}>
        {(data) => <MtlsForm mtls={data} />}
      </LoadedSection>
    </>
  );
}

function SecondFactorRule({ general }: { general: General }) {
  const { t } = useTranslation();
  const can = useCan();
  const saved = useSaved("settings", "general");
  const roleText = useRoleText();
  const roles = useQuery({ ...rolesQuery, enabled: can("read:users") }).data?.data.roles ?? [];
  const who = general.enforce_2fa
    ? "all"
    : general.enforce_2fa_roles.length > 0
      ? "roles"
      : "nobody";
  const { draft, set, changed } = useDraft({ who, roles: general.enforce_2fa_roles.join(" ") });
  const chosen = draft.roles.split(" ").filter(Boolean);
  const save = useMutation({
    mutationFn: () =>
      api.patch("/settings/general", {
        body: {
          enforce_2fa: draft.who === "all",
          enforce_2fa_roles: draft.who === "roles" ? chosen : [],
        },
      }),
    onSuccess: saved,
  });
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={draft.who !== "roles" || chosen.length > 0}
      needs="admin:system"
    >
      <Choice
        label={t("security.who")}
        cards
        value={draft.who}
        onChange={set("who")}
        options={[
          {
            value: "nobody",
            label: t("security.nobody"),
            hint: t("security.nobodyHint"),
          },
          { value: "roles", label: t("security.roles"), hint: t("security.rolesHint") },
          { value: "all", label: t("security.all"), hint: t("security.allHint") },
        ]}
      />
      {draft.who === "roles" && (
        <fieldset className={styles.fieldset}>
          <legend>{t("settings.roles")}</legend>
          <div className={styles.permissions}>
            <Checkboxes
              options={[...new Set([...roles, ...chosen])].map((value) => ({
                value,
                label: roleText(value),
              }))}
              chosen={chosen}
              onChange={(next) => set("roles")(next.join(" "))}
            />
          </div>
          {chosen.length === 0 && <p className="muted">{t("security.rolesMissing")}</p>}
        </fieldset>
      )}
    </SettingsForm>
  );
}

function MtlsForm({ mtls }: { mtls: Mtls }) {
  const { t } = useTranslation();
  const saved = useSaved("settings", "mtls");
  const cas = useQuery(casQuery).data?.data ?? [];
  const { draft, set, changed } = useDraft({
    enabled: mtls.enabled,
    authority: String(mtls.issuing_ca_id ?? 0),
  });
  const save = useMutation({
    mutationFn: () =>
      api.put("/account/mtls/settings", {
        body: { enabled: draft.enabled, issuing_ca_id: Number(draft.authority) },
      }),
    onSuccess: saved,
  });
  return (
    <SettingsForm save={save} changed={changed.length > 0} valid needs="admin:system">
      <p className={styles.intro}>{t("mtls.lead")}</p>
      <Checkbox label={t("mtls.enabled")} checked={draft.enabled} onChange={set("enabled")} />
      <SelectField
        label={t("mtls.authority")}
        hint={t("mtls.authorityHint")}
        value={draft.authority}
        onChange={set("authority")}
        error={refusal(save.error, "issuing_ca_id")}
        options={[
          { value: "0", label: t("mtls.anyAuthority") },
          ...cas.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
      />
    </SettingsForm>
  );
}
