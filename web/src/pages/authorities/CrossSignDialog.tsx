import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Authority } from "../../api";
import { SelectField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { formatDay } from "../../format";
import { casQuery, refreshAuthorities } from "./queries";

const template = "/cas/{ca_id}/cross-sign";

/** Has another authority certify this one, so that those who trust the other trust this one too. */
export function CrossSignDialog(props: { authority: Authority; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, name } = props.authority;
  const path = { ca_id: id };
  const issuers = (useQuery(casQuery).data?.data ?? []).filter(
    (ca) => ca.id !== id && ca.id !== props.authority.parent_id && ca.issuing_obstacle === "",
  );
  const [chosen, setChosen] = useState<string>();
  const issuer = issuers.find((ca) => String(ca.id) === chosen) ?? issuers[0];
  const body = { issuer_id: issuer?.id ?? 0 };
  const sign = useMutation({
    mutationFn: () => api.post(template, { path, body }),
    onSuccess: async () => {
      await refreshAuthorities(queries);
      toast(t("crossSign.done", { name, issuer: issuer?.name ?? "" }));
      props.onClose();
    },
  });
  const refused = refusal(sign.error, "issuer_id");
  return (
    <FormDialog
      title={t("crossSign.title", { name })}
      lead={t("crossSign.lead")}
      send={sign}
      curl={{ method: "POST", path: template, values: path, body }}
      submit={t("crossSign.submit")}
      needs="write:cas"
      blocked={!issuer && t("crossSign.nobody")}
      onClose={props.onClose}
    >
      {issuers.length > 0 && (
        <SelectField
          label={t("createCa.parent")}
          value={String(issuer?.id ?? "")}
          onChange={setChosen}
          error={refused}
          options={issuers.map((ca) => ({
            value: String(ca.id),
            label: t("createCa.parentOption", { name: ca.name, day: formatDay(ca.valid_to) }),
          }))}
        />
      )}
    </FormDialog>
  );
}
