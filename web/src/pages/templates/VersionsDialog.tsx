import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Data, Template } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { FieldRow, Form, SelectField } from "../../components/Field";
import { formatMoment } from "../../format";
import styles from "./Templates.module.css";
import { changesOf } from "./versions";

type Version = Data<"get", "/templates/{template_id}/versions">[number];

/** Two versions of a template, field by field. */
export function VersionsDialog(props: {
  template: Template;
  versions: Version[];
  version: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { versions } = props;
  const [after, setAfter] = useState(String(props.version));
  const [before, setBefore] = useState(
    String(versions.find(({ version }) => version < props.version)?.version ?? props.version),
  );
  const rulesOf = (chosen: string) =>
    versions.find(({ version }) => String(version) === chosen)?.rules;
  const changes = changesOf(rulesOf(before), rulesOf(after));
  const options = versions.map(({ version, created_at }) => ({
    value: String(version),
    label: `${t("template.version", { n: version })}, ${formatMoment(created_at)}`,
  }));
  return (
    <Dialog
      title={t("template.compareTitle", { name: props.template.name })}
      size="large"
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <Form>
        <FieldRow>
          <SelectField
            label={t("template.from")}
            value={before}
            onChange={setBefore}
            options={options}
          />
          <SelectField
            label={t("template.to")}
            value={after}
            onChange={setAfter}
            options={options}
          />
        </FieldRow>
        {changes.length === 0 ? (
          <p className="muted">{t("template.sameRules")}</p>
        ) : (
          <ul className={styles.changes} aria-label={t("template.changes")}>
            {changes.map((change) => (
              <li key={change.field}>
                <code>{change.field}</code>
                <del>
                  <span className="visually-hidden">{t("template.was")} </span>
                  {change.before ?? "–"}
                </del>
                <ins>
                  <span className="visually-hidden">{t("template.is")} </span>
                  {change.after ?? "–"}
                </ins>
              </li>
            ))}
          </ul>
        )}
      </Form>
    </Dialog>
  );
}
