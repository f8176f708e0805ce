import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { useSession } from "../../auth/session";
import { Snippet } from "../../components/Copy";
import { Checkboxes, Choice, SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { OnceDialog } from "../../components/OnceDialog";
import styles from "./Settings.module.css";

const lifetimes = ["30", "90", "365", ""] as const;

/** A key is never worth more than its owner, and is shown once. */
export function CreateKeyDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const session = useSession();
  const own = session?.permissions ?? [];
  const roles = useQuery({
    queryKey: ["roles"],
    queryFn: () => api.get("/rbac/roles"),
    retry: false,
  }).data?.data;
  const [name, setName] = useState("");
  const [days, setDays] = useState<(typeof lifetimes)[number]>("90");
  const [scope, setScope] = useState<"read" | "own" | "some">("read");
  const [picked, setPicked] = useState<string[]>([]);
  const [tried, setTried] = useState(false);
  const [key, setKey] = useState<string>();

  // The star of an administrator is spelled out by what the roles have.
  const all = own.includes("*")
    ? [...new Set(Object.values(roles?.role_permissions ?? {}).flat())]
        .filter((one) => one !== "*")
        .sort()
    : [...own].sort();
  const readable = all.filter((one) => one.startsWith("read:"));
  const permissions = scope === "own" ? [...own] : scope === "read" ? readable : picked;

  const create = useMutation({
    mutationFn: () =>
      api.post("/account/apikeys", {
        body: { name: name.trim(), permissions, ...(days ? { expires_days: Number(days) } : {}) },
      }),
    onSuccess: async ({ data }) => {
      setKey(data.key);
      await queries.invalidateQueries({ queryKey: ["account", "keys"] });
    },
  });

  if (key !== undefined) {
    return (
      <OnceDialog
        title={t("keys.createdTitle")}
        lead={t("keys.createdLead")}
        done={t("keys.createdDone")}
        onClose={props.onClose}
      >
        <Snippet label={t("settings.keys")} text={key} wrap />
      </OnceDialog>
    );
  }

  return (
    <FormDialog
      title={t("keys.create")}
      lead={t("keys.lead")}
      send={create}
      submit={t("keys.submit")}
      ready={name.trim() !== "" && permissions.length > 0}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextField
        label={t("column.name")}
        hint={t("keys.nameHint")}
        value={name}
        onChange={setName}
        autoFocus
        maxLength={100}
        error={(tried && !name.trim() && t("keys.nameMissing")) || refusal(create.error, "name")}
      />
      <Choice
        label={t("keys.rights")}
        value={scope}
        onChange={setScope}
        options={[
          { value: "read", label: t("keys.scopeRead") },
          { value: "own", label: t("keys.scopeOwn") },
          { value: "some", label: t("keys.scopeSome") },
        ]}
      />
      {scope === "some" && (
        <fieldset className={styles.fieldset}>
          <legend className="visually-hidden">{t("keys.rights")}</legend>
          <div className={styles.permissions}>
            <Checkboxes
              options={all.map((one) => ({ value: one, label: one }))}
              chosen={picked}
              onChange={setPicked}
            />
          </div>
        </fieldset>
      )}
      <SelectField
        label={t("keys.lifetime")}
        value={days}
        onChange={setDays}
        options={lifetimes.map((value) => ({
          value,
          label: value
            ? t("lifetime.daysLong", { count: Number(value), n: value })
            : t("keys.unlimited"),
        }))}
      />
      {tried && permissions.length === 0 && <p className="muted">{t("keys.rightsMissing")}</p>}
    </FormDialog>
  );
}
