import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Authority, type Body } from "../../api";
import { Checkbox, Choice, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { refreshAuthorities } from "./queries";

const template = "/cas/{ca_id}/renew";

/** Over its key it stays the same authority; with a new key it gets a successor. */
export function RenewAuthorityDialog(props: { authority: Authority; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, name } = props.authority;
  const path = { ca_id: id };
  const [way, setWay] = useState<"same" | "new">("same");
  const [years, setYears] = useState("");
  const [over, setOver] = useState(false);
  const wrong = years.trim() !== "" && !/^[1-9]\d?$/.test(years.trim());
  const body: Body<"post", typeof template> = {
    new_key: way === "new",
    ...(years.trim() ? { validity_years: Number(years) } : {}),
    ...(way === "new" ? { switch_over: over } : {}),
  };
  const renew = useMutation({
    mutationFn: () => api.post(template, { path, body }),
    onSuccess: async ({ data }) => {
      await refreshAuthorities(queries);
      toast(t(way === "new" ? "renewCa.succeeded" : "renewCa.done", { name }));
      props.onClose();
      await navigate({ to: "/authorities/$id", params: { id: String(data.id) } });
    },
  });
  const refused = (field: string) => refusal(renew.error, field);
  return (
    <FormDialog
      title={t("renewCa.title", { name })}
      send={renew}
      curl={{ method: "POST", path: template, values: path, body }}
      submit={t("renew.submit")}
      needs="write:cas"
      ready={!wrong}
      onClose={props.onClose}
    >
      <Choice
        cards
        label={t("issue.key")}
        value={way}
        onChange={setWay}
        options={[
          { value: "same", label: t("renewCa.same"), hint: t("renewCa.sameText") },
          { value: "new", label: t("renewCa.new"), hint: t("renewCa.newText") },
        ]}
      />
      <TextField
        label={t("createCa.years")}
        optional={t("common.optional")}
        hint={t("renewCa.yearsHint")}
        inputMode="numeric"
        value={years}
        onChange={setYears}
        error={(wrong && t("createCa.yearsWrong")) || refused("validity_years")}
      />
      {way === "new" && <Checkbox label={t("renewCa.over")} checked={over} onChange={setOver} />}
    </FormDialog>
  );
}
