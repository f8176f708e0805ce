import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Authority } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { refreshAuthorities } from "./queries";

const template = "/cas/{ca_id}";

/** Its key is destroyed: who means it types its name. */
export function DeleteAuthorityDialog(props: { authority: Authority; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, name, certificates_count: count } = props.authority;
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const path = { ca_id: id };
  const confirmed = typed.trim() === name;
  const remove = useMutation({
    mutationFn: () => api.delete(template, { path }),
    onSuccess: async () => {
      toast(t("deleteCa.done", { name }));
      await navigate({ to: "/authorities" });
      queries.removeQueries({ queryKey: ["cas", id] });
      await refreshAuthorities(queries);
    },
  });
  return (
    <FormDialog
      title={t("deleteCa.title", { name })}
      lead={t("deleteCa.lead")}
      send={remove}
      curl={{ method: "DELETE", path: template, values: path }}
      submit={t("deleteCa.submit")}
      look="danger"
      needs="delete:cas"
      ready={confirmed}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      {count > 0 && <p>{t("deleteCa.issued", { count, n: formatNumber(count) })}</p>}
      <TextField
        label={t("deleteCa.confirm", { name })}
        autoComplete="off"
        value={typed}
        onChange={setTyped}
        error={tried && !confirmed && t("deleteCa.wrong")}
      />
    </FormDialog>
  );
}
