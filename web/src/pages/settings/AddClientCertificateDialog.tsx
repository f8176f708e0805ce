import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { fileStem, saveText } from "../../api/download";
import { Button } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { Choice, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import styles from "./Settings.module.css";
import { wholeNumber } from "./useDraft";

/** Issues one, whose key is shown once, or takes the one that the browser shows. */
export function AddClientCertificateDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [way, setWay] = useState<"create" | "enroll">("create");
  const [name, setName] = useState("");
  const [days, setDays] = useState("365");
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<{ name: string; pem: string }>();
  const [saved, setSaved] = useState(false);
  const validity = wholeNumber(days, 1, 3_650);
  const add = useMutation({
    mutationFn: async () => {
      if (way === "enroll") {
        await api.post("/account/mtls/certificates/enroll", { body: { name: name.trim() } });
        return;
      }
      const { data } = await api.post("/account/mtls/certificates/create", {
        body: { name: name.trim(), validity_days: validity ?? null },
      });
      setMade({ name: data.name, pem: data.private_key + data.certificate });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["account", "client-certificates"] });
      if (way === "enroll") {
        toast(t("mtls.enrolled"));
        props.onClose();
      }
    },
  });
  if (made) {
    const file = `${fileStem(made.name)}.pem`;
    return (
      <Dialog
        title={t("mtls.createdTitle")}
        lead={t("mtls.createdLead")}
        locked
        onClose={props.onClose}
        footer={
          <>
            <Button
              look={saved ? "plain" : "primary"}
              icon={Download}
              onClick={() => {
                saveText(made.pem, file);
                setSaved(true);
              }}
            >
              {t("mtls.saveBoth")}
            </Button>
            <Button look={saved ? "primary" : "plain"} onClick={props.onClose}>
              {t("mtls.createdDone")}
            </Button>
          </>
        }
      >
        <div className={styles.form}>
          <p className={styles.intro}>{t("mtls.toBrowser")}</p>
          <Snippet
            label={t("mtls.toBrowserLabel")}
            text={`openssl pkcs12 -export -in ${file} -out ${fileStem(made.name)}.p12`}
            wrap
          />
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={t("mtls.add")}
      lead={t("mtls.addLead")}
      send={add}
      submit={t(way === "create" ? "mtls.submit" : "mtls.take")}
      needs={way === "create" ? "write:user_certificates" : undefined}
      ready={name.trim() !== "" && (way === "enroll" || validity !== undefined)}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <Choice
        label={t("mtls.which")}
        cards
        value={way}
        onChange={setWay}
        options={[
          { value: "create", label: t("mtls.way_create"), hint: t("mtls.way_createHint") },
          { value: "enroll", label: t("mtls.way_enroll"), hint: t("mtls.way_enrollHint") },
        ]}
      />
      <TextField
        label={t("column.name")}
        hint={t("passkey.nameHint")}
        maxLength={64}
        autoFocus
        value={name}
        onChange={setName}
        error={(tried && !name.trim() && t("keys.nameMissing")) || refusal(add.error, "name")}
      />
      {way === "create" && (
        <TextField
          label={t("mtls.days")}
          inputMode="numeric"
          value={days}
          onChange={setDays}
          error={
            (tried && validity === undefined && t("general.numberWrong")) ||
            refusal(add.error, "validity_days")
          }
        />
      )}
    </FormDialog>
  );
}
