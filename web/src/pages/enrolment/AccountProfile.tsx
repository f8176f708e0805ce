import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { admin, uidOf } from "../../api/admin";
import { useCan } from "../../auth/useCan";
import { ErrorNotice } from "../../components/ErrorNotice";
import { SelectField } from "../../components/Field";
import { toast } from "../../components/toasts";
import { profilesQuery } from "./queries";

/** The rules that bind an account's requests: chosen here, in force with its next order. */
export function AccountProfile(props: { account: number }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const account_id = uidOf("account", props.account);
  const key = ["acme", "account-profile", props.account];
  const bound = useQuery({
    queryKey: key,
    queryFn: async () =>
      (await admin.get("/accounts/{account_id}/csr-profile", { path: { account_id } })) ?? null,
  });
  const profiles = useQuery(profilesQuery);
  const assign = useMutation({
    mutationFn: async (profile_id: string) => {
      const before = bound.data?.id;
      if (profile_id) {
        await admin.put("/csr-profiles/{profile_id}/accounts/{account_id}", {
          path: { profile_id, account_id },
        });
      } else if (before) {
        await admin.delete("/csr-profiles/{profile_id}/accounts/{account_id}", {
          path: { profile_id: before, account_id },
        });
      }
    },
    onSuccess: () => toast(t("common.saved")),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const error = bound.error ?? profiles.error ?? assign.error;
  return (
    <section>
      <SelectField
        label={t("csrProfile.ofAccount")}
        value={bound.data?.id ?? ""}
        disabled={!can("write:acme") || bound.isPending || assign.isPending}
        onChange={(id) => assign.mutate(id)}
        options={[
          { value: "", label: t("csrProfile.noRules") },
          ...(profiles.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {error && <ErrorNotice error={error} />}
    </section>
  );
}
