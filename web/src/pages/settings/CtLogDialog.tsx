import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Form, TextArea, TextField } from "../../components/Field";
import type { CtLog } from "./CtSection";

/** A log by its name, its address, and the key by which its promises are checked. */
export function CtLogDialog(props: { onAdd: (log: CtLog) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const addressed = /^https?:\/\/\S+$/.test(url.trim());
  const keyed = key.includes("-----BEGIN PUBLIC KEY-----");
  return (
    <Dialog
      title={t("ct.addLog")}
      lead={t("ct.addLogLead")}
      onSubmit={() => {
        setTried(true);
        if (name.trim() && addressed && keyed)
          props.onAdd({ name: name.trim(), url: url.trim(), public_key: key.trim() });
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary">
            {t("ct.addLog")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("column.name")}
          autoFocus
          maxLength={100}
          value={name}
          onChange={setName}
          error={tried && !name.trim() && t("keys.nameMissing")}
        />
        <TextField
          label={t("webhook.url")}
          hint={t("ct.urlHint")}
          type="url"
          mono
          placeholder="https://ct.example.com/2027"
          value={url}
          onChange={setUrl}
          error={tried && !addressed && t("webhook.urlWrong")}
        />
        <TextArea
          label={t("ct.key")}
          placeholder="-----BEGIN PUBLIC KEY-----"
          rows={4}
          mono
          value={key}
          onChange={setKey}
          error={tried && !keyed && t("ct.keyWrong")}
        />
      </Form>
    </Dialog>
  );
}
