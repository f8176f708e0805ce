import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button, IconButton } from "../../components/Button";
import { FieldRow, SelectField, TextField } from "../../components/Field";
import { wholeNumber } from "../settings/useDraft";
import styles from "./Enrolment.module.css";
import type { ProfileDraft } from "./serviceDraft";

const kinds = ["server", "client", "combined"] as const;

/** What a client may choose from (draft-ietf-acme-profiles): a kind of certificate, a lifetime. */
export function ServiceProfiles(props: {
  profiles: ProfileDraft[];
  onChange: (profiles: ProfileDraft[]) => void;
  tried: boolean;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const { profiles } = props;
  const change = (key: number, part: Partial<ProfileDraft>) =>
    props.onChange(profiles.map((one) => (one.key === key ? { ...one, ...part } : one)));
  return (
    <fieldset className={styles.group}>
      <legend>{t("service.profiles")}</legend>
      <p className="muted">{t("service.profilesHint")}</p>
      {profiles.map((one, index) => (
        <div key={one.key} className={styles.profile}>
          <div className={styles.secret}>
            <FieldRow>
              <TextField
                label={t("service.profileName", { n: index + 1 })}
                mono
                value={one.name}
                onChange={(name) => change(one.key, { name })}
                error={props.tried && !one.name.trim() && t("keys.nameMissing")}
              />
              <TextField
                label={t("service.profileText", { n: index + 1 })}
                value={one.description}
                onChange={(description) => change(one.key, { description })}
              />
            </FieldRow>
            <FieldRow>
              <TextField
                label={t("service.profileHours", { n: index + 1 })}
                inputMode="numeric"
                placeholder={t("service.profileAsService")}
                value={one.hours}
                onChange={(hours) => change(one.key, { hours })}
                error={
                  one.hours.trim() !== "" &&
                  wholeNumber(one.hours, 1, 876_000) === undefined &&
                  t("general.numberWrong")
                }
              />
              <SelectField
                label={t("service.profileKind", { n: index + 1 })}
                value={one.kind}
                onChange={(kind) => change(one.key, { kind })}
                options={[
                  { value: "", label: t("service.kind_any") },
                  ...kinds.map((value) => ({ value, label: t(`service.kind_${value}`) })),
                ]}
              />
            </FieldRow>
          </div>
          <IconButton
            icon={Trash2}
            label={t("service.profileRemove", { n: index + 1 })}
            type="button"
            onClick={() => props.onChange(profiles.filter(({ key }) => key !== one.key))}
          />
        </div>
      ))}
      {props.error && <p className={styles.error}>{props.error}</p>}
      <div>
        <Button
          small
          icon={Plus}
          onClick={() =>
            props.onChange([
              ...profiles,
              {
                key: Math.max(-1, ...profiles.map(({ key }) => key)) + 1,
                name: "",
                description: "",
                hours: "",
                kind: "",
              },
            ])
          }
        >
          {t("service.profileAdd")}
        </Button>
      </div>
    </fieldset>
  );
}
