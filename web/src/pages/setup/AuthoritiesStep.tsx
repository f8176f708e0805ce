import { ArrowRight, Landmark } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Breakable } from "../../components/Breakable";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Choice, FieldRow, Form, SelectField, TextField } from "../../components/Field";
import { colons, formatDay, formatKey } from "../../format";
import styles from "./Setup.module.css";
import type { Preview, SetupRequest } from "./SetupPage";

type Authorities = SetupRequest["authorities"];

const keys = ["EC P-384", "EC P-256", "RSA 4096", "RSA 3072"];

export function AuthoritiesStep(props: {
  existing: Preview["authorities"];
  organization: string;
  busy: boolean;
  error: unknown;
  onBack: () => void;
  onNext: (authorities: Authorities) => void;
}) {
  const { t } = useTranslation();
  const [way, setWay] = useState<"keep" | "new">(props.existing.length > 0 ? "keep" : "new");
  const [root, setRoot] = useState(`${props.organization} Root CA`);
  const [issuing, setIssuing] = useState(`${props.organization} Issuing CA`);
  const [key, setKey] = useState(keys[0] ?? "");
  const [years, setYears] = useState("20");
  const yearsOk = /^\d{1,2}$/.test(years) && Number(years) >= 2 && Number(years) <= 50;
  const namesOk = root.trim() !== "" && issuing.trim() !== "" && root.trim() !== issuing.trim();

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (props.busy) return;
        if (way === "keep") return props.onNext(undefined);
        if (!yearsOk || !namesOk) return;
        props.onNext({
          organization: props.organization,
          root_common_name: root.trim(),
          issuing_common_name: issuing.trim(),
          key_algorithm: key,
          validity_years: Number(years),
        });
      }}
    >
      <h1>{t("setup.authoritiesTitle")}</h1>
      <p className={styles.lead}>{t("setup.authoritiesText")}</p>
      <Form>
        {props.existing.length > 0 && (
          <Choice
            cards
            label={t("setup.authoritiesWay")}
            value={way}
            onChange={setWay}
            options={[
              { value: "keep", label: t("setup.keep"), hint: t("setup.keepHint") },
              { value: "new", label: t("setup.make"), hint: t("setup.makeHint") },
            ]}
          />
        )}
        {way === "keep" ? (
          <ul className={styles.authorities}>
            {props.existing.map((authority) => (
              <li key={authority.id}>
                <Landmark aria-hidden />
                <div>
                  <b>{authority.common_name}</b>
                  <p>
                    {formatKey(authority.key_algorithm)} ·{" "}
                    {t("home.until", { day: formatDay(authority.valid_until) })}
                  </p>
                  <code>
                    <Breakable text={colons(authority.fingerprint_sha256)} />
                  </code>
                </div>
              </li>
            ))}
          </ul>
        ) : (
          <>
            <FieldRow>
              <TextField
                label={t("setup.rootName")}
                value={root}
                onChange={setRoot}
                error={!namesOk && t("setup.namesDiffer")}
              />
              <TextField label={t("setup.issuingName")} value={issuing} onChange={setIssuing} />
            </FieldRow>
            <FieldRow>
              <SelectField
                label={t("issue.key")}
                value={key}
                onChange={setKey}
                options={keys.map((value) => ({ value, label: value }))}
              />
              <TextField
                label={t("setup.rootYears")}
                inputMode="numeric"
                value={years}
                onChange={setYears}
                error={!yearsOk && t("createCa.yearsWrong")}
              />
            </FieldRow>
          </>
        )}
        {props.error ? <ErrorNotice error={props.error} /> : null}
      </Form>
      <div className={styles.actions}>
        <Button look="ghost" onClick={props.onBack}>
          {t("setup.back")}
        </Button>
        <Button type="submit" look="primary" busy={props.busy}>
          {t("setup.finish")} <ArrowRight aria-hidden />
        </Button>
      </div>
    </form>
  );
}
