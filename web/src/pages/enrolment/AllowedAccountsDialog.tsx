import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { admin, numberOfUid, uidOf, type AdminData } from "../../api/admin";
import { contactText } from "../../api/loose";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { SelectField } from "../../components/Field";
import styles from "./Enrolment.module.css";

export type AllowedName = AdminData<"get", "/allowed-identifiers">[number];

/** Which accounts may order a name: given and taken one by one. */
export function AllowedAccountsDialog(props: { name: AllowedName; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { name } = props;
  const [chosen, setChosen] = useState("");
  const accounts = useQuery({
    queryKey: ["acme", "accounts", "choice"],
    queryFn: () => api.get("/acme/accounts", { query: { page: 1, per_page: 100 } }),
  });
  const textOf = (id: number) => {
    const account = accounts.data?.data.find((one) => one.id === id);
    const contact = contactText(account?.contact);
    return `${contact || t("account.noContact")} (${account?.account_id.slice(0, 8) ?? id})`;
  };
  const given = name.account_ids.map(numberOfUid);
  const free = (accounts.data?.data ?? []).filter(({ id }) => !given.includes(id));
  const change = useMutation({
    mutationFn: async ({ id, on }: { id: number; on: boolean }) => {
      const path = { identifier_id: name.id, account_id: uidOf("account", id) };
      const template = "/allowed-identifiers/{identifier_id}/accounts/{account_id}";
      if (on) await admin.put(template, { path });
      else await admin.delete(template, { path });
    },
    onSuccess: () => {
      setChosen("");
      return queries.invalidateQueries({ queryKey: ["acme", "allowed-identifiers"] });
    },
  });
  const error = accounts.error ?? change.error;
  return (
    <Dialog
      title={t("allowed.accountsOf", { name: name.identifier_value })}
      onClose={props.onClose}
      footer={<Button onClick={props.onClose}>{t("common.close")}</Button>}
    >
      <div className={styles.secret}>
        {given.length > 0 && (
          <ul className={styles.given}>
            {given.map((id) => (
              <li key={id}>
                <span>{textOf(id)}</span>
                <Button
                  small
                  needs="write:acme"
                  aria-label={t("allowed.take", { name: textOf(id) })}
                  onClick={() => change.mutate({ id, on: false })}
                >
                  {t("allowed.takeShort")}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className={styles.give}>
          <SelectField
            label={t("allowed.give")}
            value={chosen}
            onChange={setChosen}
            options={[
              { value: "", label: free.length > 0 ? "–" : t("account.none") },
              ...free.map(({ id }) => ({ value: String(id), label: textOf(id) })),
            ]}
          />
          <Button
            needs="write:acme"
            busy={change.isPending}
            blocked={!chosen && t("allowed.choose")}
            onClick={() => change.mutate({ id: Number(chosen), on: true })}
          >
            {t("allowed.giveShort")}
          </Button>
        </div>
        {error && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}
