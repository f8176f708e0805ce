import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { refusal } from "../../api";
import { admin } from "../../api/admin";
import { Choice, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";

export function AllowNameDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [type, setType] = useState<"dns" | "ip">("dns");
  const [value, setValue] = useState("");
  const add = useMutation({
    mutationFn: () => admin.post("/allowed-identifiers", { body: { type, value: value.trim() } }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["acme"] });
      toast(t("allowed.added", { name: made.identifier_value }));
      props.onClose();
    },
  });
  return (
    <FormDialog
      title={t("allowed.add")}
      lead={t("allowed.lead")}
      size="small"
      send={add}
      submit={t("allowed.add")}
      needs="write:acme"
      blocked={!value.trim() && t("keys.nameMissing")}
      onClose={props.onClose}
    >
      <Choice
        label={t("allowed.type")}
        value={type}
        onChange={setType}
        options={(["dns", "ip"] as const).map((one) => ({
          value: one,
          label: t(`allowed.type_${one}`),
        }))}
      />
      <TextField
        label={t("allowed.value")}
        placeholder={type === "dns" ? "*.shop.example" : "192.0.2.10"}
        mono
        autoFocus
        value={value}
        onChange={setValue}
        error={refusal(add.error, "value")}
      />
    </FormDialog>
  );
}
