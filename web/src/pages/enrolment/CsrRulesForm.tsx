import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Checkbox, FieldRow, TextArea, TextField } from "../../components/Field";
import { itemsOf, wholeNumber } from "../settings/useDraft";
import {
  keysOf,
  listOf,
  readKeys,
  textOf,
  withRule,
  type ListField,
  type NumberField,
  type PatternField,
  type Rules,
  type TruthField,
} from "./csrRules";
import styles from "./Enrolment.module.css";

/** Every check of a profile as a field; the code beside it is the same object. */
export function CsrRulesForm(props: {
  rules: Rules;
  onChange: (rules: Rules) => void;
  refused: (field: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const { rules, onChange, refused } = props;
  const [keys, setKeys] = useState(() => keysOf(rules));
  const [lists, setLists] = useState<Partial<Record<ListField, string>>>({});
  const list = (field: ListField, label: string, hint?: string) => (
    <TextArea
      label={label}
      hint={hint}
      rows={2}
      mono
      value={lists[field] ?? listOf(rules, field)}
      onChange={(text) => {
        setLists((before) => ({ ...before, [field]: text }));
        onChange(withRule(rules, field, itemsOf(text)));
      }}
      error={refused(`profile_data.${field}`)}
    />
  );
  const number = (field: NumberField, label: string) => {
    const text = textOf(rules, field);
    const wrong = text !== "" && text !== "-1" && wholeNumber(text, 0, 100_000) === undefined;
    return (
      <TextField
        label={label}
        inputMode="numeric"
        value={text}
        onChange={(typed) => {
          const value = wholeNumber(typed, 0, 100_000);
          onChange(withRule(rules, field, value ?? typed));
        }}
        error={(wrong && t("general.numberWrong")) || refused(`profile_data.${field}`)}
      />
    );
  };
  const pattern = (field: PatternField, label: string) => (
    <TextField
      label={label}
      hint={t("csrProfile.patternHint")}
      mono
      value={textOf(rules, field)}
      onChange={(text) => onChange(withRule(rules, field, text))}
      error={refused(`profile_data.${field}`)}
    />
  );
  const truth = (field: TruthField, label: string) => (
    <Checkbox
      label={label}
      checked={rules[field] !== false}
      onChange={(on) => onChange(withRule(rules, field, on ? undefined : false))}
    />
  );
  return (
    <>
      <FieldRow>
        <TextArea
          label={t("csrProfile.keys")}
          hint={t("csrProfile.keysHint")}
          rows={3}
          mono
          value={keys}
          onChange={(text) => {
            setKeys(text);
            const read = readKeys(text);
            if (read)
              onChange(
                withRule(rules, "authorized_keys", Object.keys(read).length > 0 ? read : undefined),
              );
          }}
          error={
            (readKeys(keys) === undefined && t("csrProfile.keysWrong")) ||
            refused("profile_data.authorized_keys")
          }
        />
        {list(
          "authorized_signature_algorithms",
          t("csrProfile.signatures"),
          t("csrProfile.signaturesHint"),
        )}
      </FieldRow>
      <FieldRow>
        {list("authorized_key_usages", t("csrProfile.keyUsages"), t("csrProfile.keyUsagesHint"))}
        {list(
          "authorized_extended_key_usages",
          t("csrProfile.purposes"),
          t("csrProfile.purposesHint"),
        )}
        {list("san_types", t("csrProfile.sanTypes"), t("csrProfile.sanTypesHint"))}
      </FieldRow>
      <FieldRow>
        {number("common_name_minimum", t("csrProfile.cnMinimum"))}
        {number("common_name_maximum", t("csrProfile.cnMaximum"))}
      </FieldRow>
      <FieldRow>
        {number("san_minimum", t("csrProfile.sanMinimum"))}
        {number("san_maximum", t("csrProfile.sanMaximum"))}
      </FieldRow>
      <FieldRow>
        {pattern("common_name_regex", t("csrProfile.cnPattern"))}
        {pattern("san_regex", t("csrProfile.sanPattern"))}
        {pattern("subject_regex", t("csrProfile.subjectPattern"))}
      </FieldRow>
      <FieldRow>
        {list("depth_base_domains", t("csrProfile.baseDomains"))}
        <div className={styles.secret}>
          {number("max_subdomain_depth", t("csrProfile.depth"))}
          {number("renewal_window_days", t("csrProfile.window"))}
        </div>
      </FieldRow>
      <div className={styles.checks}>
        {truth("wildcard_in_common_name", t("csrProfile.wildcardCn"))}
        {truth("wildcard_in_san", t("csrProfile.wildcardSan"))}
        {truth("reuse_key", t("csrProfile.reuse"))}
      </div>
    </>
  );
}
