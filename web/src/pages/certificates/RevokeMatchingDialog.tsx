import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Body, type Reason } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { ReasonChoice, RevocationComment } from "./ReasonChoice";

const template = "/certificates/bulk/revoke/jobs";
type Wanted = Pick<Body<"post", typeof template>, "ids" | "filter">;

/** Revokes many in the background; who means it types how many. */
export function RevokeMatchingDialog(props: {
  wanted: Wanted;
  count: number;
  orMore?: boolean;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState<Reason>("unspecified");
  const [comments, setComments] = useState("");
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  // What was meant when the dialog opened: the list behind it goes on.
  const [{ wanted, count, orMore }] = useState(props);
  const number = formatNumber(count);
  const n = number + (orMore ? "+" : "");
  const confirmed = typed.replace(/\D/g, "") === String(count);
  const body: Body<"post", typeof template> = {
    ...wanted,
    reason,
    ...(comments.trim() ? { comments: comments.trim() } : {}),
  };
  const begin = useMutation({
    mutationFn: () => api.post(template, { body }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["revocation-jobs"] });
      toast(t("bulk.begun"));
      props.onDone();
      await navigate({ to: "/revocation/jobs/$id", params: { id: String(data.id) } });
    },
  });
  return (
    <FormDialog
      title={t("bulk.revokeAllTitle", { n })}
      lead={t("bulk.revokeAllLead")}
      send={begin}
      curl={{ method: "POST", path: template, body }}
      submit={t("bulk.begin", { n })}
      look="danger"
      needs="write:certificates"
      ready={confirmed}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <ReasonChoice value={reason} onChange={setReason} />
      <RevocationComment value={comments} onChange={setComments} />
      <TextField
        label={t("bulk.confirmNumber", { number })}
        inputMode="numeric"
        autoComplete="off"
        value={typed}
        onChange={setTyped}
        error={tried && !confirmed && t("bulk.numberWrong", { number })}
      />
    </FormDialog>
  );
}
