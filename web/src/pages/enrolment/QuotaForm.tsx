import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data, type Envelope } from "../../api";
import { FieldRow, TextField } from "../../components/Field";
import { LoadedSection } from "../settings/LoadedSection";
import { SettingsForm } from "../settings/SettingsForm";
import { useDraft, wholeNumber } from "../settings/useDraft";
import { useSaved } from "../settings/useSaved";
import styles from "./Enrolment.module.css";
import { quotaKinds } from "./quotas";

type Quotas = Data<"get", "/acme/settings">["quotas"];
export type SettingsQuery = UseQueryResult<Envelope<"get", "/acme/settings">>;

/** So many orders in so many hours, of an account, an external account, a name. */
export function QuotaForm(props: { settings: SettingsQuery }) {
  const { t } = useTranslation();
  return (
    <LoadedSection title={t("acmeLimits.quotas")} query={props.settings} lines={6}>
      {({ quotas }) => <Fields quotas={quotas} />}
    </LoadedSection>
  );
}

function Fields({ quotas }: { quotas: Quotas }) {
  const { t } = useTranslation();
  const saved = useSaved("acme");
  const shown = (orders: number) => (orders > 0 ? String(orders) : "");
  const { draft, set, changed } = useDraft({
    account_orders: shown(quotas.account.orders),
    account_hours: String(quotas.account.hours),
    external_account_orders: shown(quotas.external_account.orders),
    external_account_hours: String(quotas.external_account.hours),
    identifier_orders: shown(quotas.identifier.orders),
    identifier_hours: String(quotas.identifier.hours),
  });
  const save = useMutation({
    mutationFn: () =>
      api.patch("/acme/settings", {
        body: {
          quotas: Object.fromEntries(
            quotaKinds
              .filter((kind) => changed.some((name) => name.startsWith(`${kind}_`)))
              .map((kind) => [
                kind,
                {
                  orders: Number(draft[`${kind}_orders`]),
                  hours: Number(draft[`${kind}_hours`]),
                },
              ]),
          ),
        },
      }),
    onSuccess: saved,
  });
  const ordersOk = (kind: (typeof quotaKinds)[number]) =>
    !draft[`${kind}_orders`].trim() ||
    wholeNumber(draft[`${kind}_orders`], 1, 10_000_000) !== undefined;
  const hoursOk = (kind: (typeof quotaKinds)[number]) =>
    wholeNumber(draft[`${kind}_hours`], 1, 8784) !== undefined;
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={quotaKinds.every((kind) => ordersOk(kind) && hoursOk(kind))}
      needs="write:acme"
    >
      <p className="muted">{t("acmeLimits.quotasLead")}</p>
      {quotaKinds.map((kind) => (
        <fieldset key={kind} className={styles.group}>
          <legend>{t(`acmeLimits.kind_${kind}`)}</legend>
          <FieldRow>
            <TextField
              label={t("acmeLimits.orders")}
              inputMode="numeric"
              placeholder={t("acmeLimits.unlimited")}
              value={draft[`${kind}_orders`]}
              onChange={set(`${kind}_orders`)}
              error={
                (!ordersOk(kind) && t("general.numberWrong")) ||
                refusal(save.error, `quotas.${kind}.orders`)
              }
            />
            <TextField
              label={t("acmeLimits.hours")}
              inputMode="numeric"
              value={draft[`${kind}_hours`]}
              onChange={set(`${kind}_hours`)}
              error={
                (!hoursOk(kind) && t("acmeLimits.hoursWrong")) ||
                refusal(save.error, `quotas.${kind}.hours`)
              }
            />
          </FieldRow>
        </fieldset>
      ))}
    </SettingsForm>
  );
}
