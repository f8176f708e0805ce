import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { admin } from "../../api/admin";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Choice, Form, TextField } from "../../components/Field";
import { toast } from "../../components/toasts";
import { refusal } from "../settings/SettingsForm";

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
    <Dialog
      title={t("allowed.add")}
      lead={t("allowed.lead")}
      size="small"
      locked={add.isPending}
      onSubmit={() => value.trim() && add.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            needs="write:acme"
            busy={add.isPending}
            blocked={!value.trim() && t("keys.nameMissing")}
          >
            {t("allowed.add")}
          </Button>
        </>
      }
    >
      <Form>
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
        {add.isError && <ErrorNotice error={add.error} />}
      </Form>
    </Dialog>
  );
}
