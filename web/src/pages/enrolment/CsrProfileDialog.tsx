import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { refusal } from "../../api";
import { admin, type AdminData } from "../../api/admin";
import { Choice, FieldRow, TextArea, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { useSaved } from "../settings/useSaved";
import { isRules, type Rules } from "./csrRules";
import { CsrRulesForm } from "./CsrRulesForm";

export type CsrProfile = AdminData<"get", "/csr-profiles">[number];

/** Makes a CSR profile, or changes one: by fields or as code, which are the same object. */
export function CsrProfileDialog(props: { profile: CsrProfile | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved("acme");
  const { profile } = props;
  const [name, setName] = useState(profile?.name ?? "");
  const [description, setDescription] = useState(profile?.description ?? "");
  const [rules, setRules] = useState<Rules>(() =>
    isRules(profile?.profile_data) ? profile.profile_data : {},
  );
  const [view, setView] = useState<"form" | "code">("form");
  const [code, setCode] = useState("");
  const [codeError, setCodeError] = useState<string>();
  const [tried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), description: description.trim(), profile_data: rules };
      return profile
        ? admin.put("/csr-profiles/{profile_id}", { path: { profile_id: profile.id }, body })
        : admin.post("/csr-profiles", { body });
    },
    onSuccess: async () => {
      await saved();
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const readCode = (text: string) => {
    setCode(text);
    try {
      const value: unknown = JSON.parse(text);
      if (!isRules(value)) throw new Error("{}");
      setRules(value);
      setCodeError(undefined);
    } catch (error) {
      setCodeError(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <FormDialog
      title={profile ? t("csrProfile.editTitle", { name: profile.name }) : t("csrProfile.create")}
      lead={t("csrProfile.createLead")}
      size="large"
      send={save}
      submit={t(profile ? "common.save" : "users.submit")}
      needs="write:acme"
      ready={name.trim() !== "" && !codeError}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FieldRow>
        <TextField
          label={t("column.name")}
          autoFocus
          value={name}
          onChange={setName}
          error={(tried && !name.trim() && t("keys.nameMissing")) || refused("name")}
        />
        <TextField
          label={t("csrProfile.description")}
          value={description}
          onChange={setDescription}
          error={refused("description")}
        />
      </FieldRow>
      <Choice
        label={t("csrProfile.rules")}
        value={view}
        onChange={(next) => {
          if (next === "code") {
            setCode(JSON.stringify(rules, null, 2));
            setCodeError(undefined);
          }
          setView(next);
        }}
        options={[
          { value: "form", label: t("csrProfile.form") },
          { value: "code", label: t("csrProfile.code") },
        ]}
      />
      {view === "form" ? (
        <CsrRulesForm rules={rules} onChange={setRules} refused={refused} />
      ) : (
        <TextArea
          label={t("csrProfile.codeLabel")}
          rows={14}
          mono
          value={code}
          onChange={readCode}
          error={codeError && t("csrProfile.codeWrong", { reason: codeError })}
        />
      )}
    </FormDialog>
  );
}
