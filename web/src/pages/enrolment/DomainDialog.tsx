import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { Checkbox, Choice, SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { casQuery } from "../authorities/queries";
import { useDraft } from "../settings/useDraft";
import { useSaved } from "../settings/useSaved";
import type { Domain } from "./DomainsTab";
import styles from "./Enrolment.module.css";

/** Adds a domain, or changes what counts for it. */
export function DomainDialog(props: { domain: Domain | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved("acme");
  const { domain } = props;
  const { draft, set, changed } = useDraft({
    domain: domain?.domain ?? "",
    rule: (domain?.rule ?? "allow") as string,
    wildcards: domain?.is_wildcard_allowed ?? true,
    trusted: domain?.auto_approve ?? false,
    authority: String(domain?.issuing_ca_id ?? 0),
  });
  const cas = useQuery(casQuery).data?.data ?? [];
  const allows = draft.rule === "allow";
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        rule: allows ? ("allow" as const) : ("deny" as const),
        is_wildcard_allowed: draft.wildcards,
        auto_approve: allows && draft.trusted,
        issuing_ca_id: Number(draft.authority),
      };
      if (domain) {
        await api.put("/acme/domains/{domain_id}", { path: { domain_id: domain.id }, body });
      } else await api.post("/acme/domains", { body: { ...body, domain: draft.domain.trim() } });
    },
    onSuccess: async () => {
      await saved();
      props.onClose();
    },
  });
  const nothing = changed.length === 0;
  const unnamed = !draft.domain.trim();
  return (
    <FormDialog
      title={domain ? t("users.editTitle", { name: domain.domain }) : t("domain.add")}
      lead={t("domain.dialogLead")}
      send={save}
      submit={t(domain ? "common.save" : "domain.add")}
      needs="write:acme"
      blocked={(unnamed && t("keys.nameMissing")) || (nothing && t("common.nothingChanged"))}
      onClose={props.onClose}
    >
      {!domain && (
        <TextField
          label={t("domain.domain")}
          mono
          autoFocus
          placeholder="shop.example"
          value={draft.domain}
          onChange={set("domain")}
          error={refusal(save.error, "domain")}
        />
      )}
      <Choice
        label={t("domain.rule")}
        value={draft.rule}
        onChange={set("rule")}
        options={(["allow", "deny"] as const).map((value) => ({
          value,
          label: t(`domain.rule_${value}`),
        }))}
      />
      {allows && (
        <>
          <div className={styles.checks}>
            <Checkbox
              label={t("service.wildcards")}
              checked={draft.wildcards}
              onChange={set("wildcards")}
            />
            <Checkbox
              label={t("domain.trusted")}
              checked={draft.trusted}
              onChange={set("trusted")}
            />
            {draft.trusted && <p className={styles.advice}>{t("domain.trustedHint")}</p>}
          </div>
          <SelectField
            label={t("column.issuer")}
            value={draft.authority}
            onChange={set("authority")}
            error={refusal(save.error, "issuing_ca_id")}
            options={[
              { value: "0", label: t("domain.ofService") },
              ...cas.map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}
