import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Body, type Template } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import {
  Checkbox,
  Choice,
  FieldRow,
  SelectField,
  TextArea,
  TextField,
} from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { useDebounced } from "../../components/useDebounced";
import { formatKey } from "../../format";
import {
  emptyForm,
  formOf,
  formProblems,
  keyKinds,
  keyUsages,
  nameTypes,
  plainKeyType,
  purposes,
  stapleRules,
  type TemplateForm,
} from "./form";
import { Checks } from "./Checks";
import { formOfRules, mergedRules, printRules, readRules, rulesOfTemplate } from "./code";
import { Sample } from "./Sample";
import styles from "./Templates.module.css";
import { useUseText } from "./useUseText";

/** The rules as a form, and beside them the certificate that they make. */
export function TemplateDialog(props: { template?: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const useText = useUseText();
  const { template } = props;
  const [form, setForm] = useState(() => (template ? formOf(template) : emptyForm()));
  // What the form lies over: all that it does not show.
  const [whole, setWhole] = useState(() => template && rulesOfTemplate(template));
  const [code, setCode] = useState<string>();
  const [tried, setTried] = useState(false);
  const set = (change: Partial<TemplateForm>) => setForm({ ...form, ...change });
  const read = code === undefined ? { rules: mergedRules(form, whole) } : readRules(code);
  // While the text cannot be read, the sample stays what it was.
  const [lastRead, setLastRead] = useState<Body<"post", "/templates">>();
  const body = "rules" in read ? read.rules : (lastRead ?? {});
  const wrong = formProblems(form);
  const sampled = useDebounced(JSON.stringify({ ...body, name: "Sample" }), 400);
  const write = (text: string) => {
    const now = readRules(text);
    if ("rules" in now) setLastRead(now.rules);
    setCode(text);
  };
  const show = (view: "form" | "code") => {
    if (view === "code") return write(printRules(body));
    if (!("rules" in read)) return;
    setForm(formOfRules(read.rules));
    setWhole(read.rules);
    setCode(undefined);
  };

  const save = useMutation({
    mutationFn: () =>
      template
        ? api.put("/templates/{template_id}", { path: { template_id: template.id }, body })
        : api.post("/templates", { body }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      toast(t(template ? "template.saved" : "template.created", { name: data.name }));
      props.onClose();
      if (!template) await navigate({ to: "/templates/$id", params: { id: String(data.id) } });
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const ready =
    code === undefined
      ? !wrong.name && !wrong.days && !wrong.mostDays && !wrong.country
      : "rules" in read;

  return (
    <FormDialog
      title={template ? t("template.editTitle", { name: template.name }) : t("template.create")}
      lead={template ? t("template.editLead") : t("template.createLead")}
      size="large"
      send={save}
      curl={{
        method: template ? "PUT" : "POST",
        path: template ? `/templates/${template.id}` : "/templates",
        body,
      }}
      submit={t(template ? "common.save" : "template.submit")}
      needs="write:templates"
      ready={ready}
      // It stands above the sample.
      error={null}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <Choice
        label={t("template.view")}
        value={code === undefined ? "form" : "code"}
        onChange={show}
        options={[
          { value: "form", label: t("template.asForm") },
          { value: "code", label: t("template.asCode") },
        ]}
      />
      {code === undefined ? (
        <>
          <FieldRow>
            <TextField
              label={t("column.name")}
              autoFocus
              autoComplete="off"
              maxLength={100}
              value={form.name}
              onChange={(name) => set({ name })}
              error={(tried && wrong.name && t("keys.nameMissing")) || refused("name")}
            />
            <TextField
              label={t("template.description")}
              optional={t("common.optional")}
              autoComplete="off"
              value={form.description}
              onChange={(description) => set({ description })}
              error={refused("description")}
            />
          </FieldRow>
          <FieldRow>
            <TextField
              label={t("issue.validity")}
              optional={t("common.optional")}
              hint={t("template.daysHint")}
              inputMode="numeric"
              value={form.days}
              onChange={(days) => set({ days })}
              error={(wrong.days && t("template.daysWrong")) || refused("validity_days")}
            />
            <TextField
              label={t("template.mostDays")}
              hint={t("template.mostDaysHint")}
              inputMode="numeric"
              value={form.mostDays}
              onChange={(mostDays) => set({ mostDays })}
              error={(wrong.mostDays && t("issue.daysWrong")) || refused("max_validity_days")}
            />
            <SelectField
              label={t("issue.key")}
              hint={t("template.keyHint")}
              value={form.keyType}
              onChange={(keyType) => set({ keyType })}
              error={refused("key_type")}
              options={[
                ...new Set<string>([...(form.keyType ? [form.keyType] : []), ...keyKinds]),
              ].map((kind) => ({ value: kind, label: formatKey(plainKeyType(kind)) }))}
            />
          </FieldRow>
          <Checks
            label={t("template.purposes")}
            all={[...new Set([...purposes, ...form.purposes])]}
            chosen={form.purposes}
            text={useText}
            onChange={(next) => set({ purposes: next })}
            error={refused("extended_key_usage")}
          />
          <Checks
            label={t("template.keyUsage")}
            all={[...new Set([...keyUsages, ...form.keyUsage])]}
            chosen={form.keyUsage}
            text={(one) => one}
            onChange={(keyUsage) => set({ keyUsage })}
            error={refused("key_usage")}
          />
          <Checks
            label={t("template.nameTypes")}
            all={[...nameTypes]}
            chosen={form.nameTypes}
            text={(one) => t(`nameType.${one as (typeof nameTypes)[number]}`)}
            onChange={(next) => set({ nameTypes: next })}
            error={refused("san_types")}
          />
          <div>
            <Checkbox
              label={t("template.nameRequired")}
              checked={form.nameRequired}
              onChange={(nameRequired) => set({ nameRequired })}
            />
            <div>
              <Checkbox
                label={t("template.baseline")}
                checked={form.baseline}
                onChange={(baseline) => set({ baseline })}
              />
            </div>
          </div>
          <FieldRow>
            <SelectField
              label={t("template.staple")}
              value={form.staple}
              onChange={(staple) => set({ staple })}
              options={stapleRules.map((rule) => ({
                value: rule,
                label: t(`template.rule_${rule}`),
              }))}
            />
            <TextField
              label={t("request.organization")}
              optional={t("common.optional")}
              hint={t("template.subjectHint")}
              autoCapitalize="words"
              autoComplete="off"
              value={form.organization}
              onChange={(organization) => set({ organization })}
              error={refused("dn_template")}
            />
            <TextField
              label={t("createCa.country")}
              optional={t("common.optional")}
              autoComplete="off"
              maxLength={2}
              value={form.country}
              onChange={(country) => set({ country })}
              error={wrong.country && t("createCa.countryWrong")}
            />
          </FieldRow>
        </>
      ) : (
        <TextArea
          label={t("template.code")}
          hint={t("template.codeHint")}
          mono
          rows={22}
          value={code}
          onChange={write}
          error={"error" in read && t("template.codeWrong", { why: read.error })}
        />
      )}
      {save.isError && <ErrorNotice error={save.error} />}
      <section className={styles.sample} aria-label={t("template.sample")}>
        <h3>{t("template.sample")}</h3>
        <Sample
          wanted={{
            ...(template ? { template_id: template.id } : {}),
            rules: JSON.parse(sampled) as typeof body,
          }}
        />
      </section>
    </FormDialog>
  );
}
