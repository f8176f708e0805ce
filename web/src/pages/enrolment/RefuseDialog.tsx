import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
import { TextField } from "../../components/Field";
import { toast } from "../../components/toasts";

export function RefuseDialog(props: { id: number; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  return (
    <DeleteDialog
      title={t("approval.refuseTitle", { name: props.name })}
      lead={t("approval.refuseLead")}
      submit={t("approval.refuseSubmit")}
      onClose={props.onClose}
      remove={async () => {
        await api.post("/acme/orders/{order_id}/refuse", {
          path: { order_id: props.id },
          body: { reason: reason.trim() },
        });
        await queries.invalidateQueries({ queryKey: ["acme"] });
        toast(t("approval.refused", { name: props.name }));
        props.onClose();
      }}
    >
      <TextField
        label={t("approval.reason")}
        optional={t("common.optional")}
        hint={t("approval.reasonHint")}
        autoFocus
        maxLength={200}
        value={reason}
        onChange={setReason}
      />
    </DeleteDialog>
  );
}
