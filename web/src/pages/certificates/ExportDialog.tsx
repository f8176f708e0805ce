import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { downloadPost, fileStem } from "../../api/download";
import { useCan } from "../../auth/useCan";
import { Checkbox, Choice, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import {
  exportBody,
  exportFormats,
  formatOf,
  holdsKey,
  passwordIsShort,
  type ExportChoice,
} from "./exportFormats";

/** Every form in which certificates leave, with their keys only for those who may have them. */
export function ExportDialog(props: {
  certificates: Certificate[];
  format: ExportChoice["format"];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { certificates } = props;
  const [only] = certificates.length === 1 ? certificates : [];
  const keysHere = certificates.every(({ private_key_available }) => private_key_available);
  const [choice, setChoice] = useState<ExportChoice>({
    format: props.format,
    chain: true,
    key: false,
    password: "",
    legacy: false,
  });
  const set = (change: Partial<ExportChoice>) => setChoice({ ...choice, ...change });
  const format = formatOf(choice);
  const mayHaveKey = keysHere && can("read:private_keys");
  const formats = exportFormats.filter(({ key }) => key !== "must" || mayHaveKey);
  const path = only ? `/certificates/${only.id}/export` : "/certificates/bulk/export";
  const short = passwordIsShort(choice);
  const body = {
    ...(only ? {} : { ids: certificates.map(({ id }) => id) }),
    ...exportBody(choice),
  };
  const download = useMutation({
    mutationFn: () =>
      downloadPost(
        path,
        body,
        only ? fileStem(only.common_name) + format.ending : "certificates.zip",
      ),
    onSuccess: props.onClose,
  });

  return (
    <FormDialog
      title={
        only
          ? t("export.title", { name: only.common_name })
          : t("export.manyTitle", { count: certificates.length })
      }
      lead={
        keysHere
          ? can("read:private_keys")
            ? only
              ? undefined
              : t("export.manyLead")
            : t("export.keyNeedsRight")
          : t(only ? "export.keyElsewhere" : "export.keysElsewhere")
      }
      send={download}
      curl={{
        method: "POST",
        path,
        body: "password" in body ? { ...body, password: "…" } : body,
      }}
      submit={t("export.download")}
      blocked={short && t("export.passwordShort")}
      onClose={props.onClose}
    >
      <Choice
        cards
        label={t("export.format")}
        value={choice.format}
        onChange={(id) => set({ format: id })}
        options={formats.map(({ id, ending }) => ({
          value: id,
          label: `${t(`export.format_${id}`)} (${ending})`,
          hint: t(`export.hint_${id}`),
        }))}
      />
      {format.id === "pem" && (
        <div>
          <Checkbox
            label={t("export.withChain")}
            checked={choice.chain}
            onChange={(chain) => set({ chain })}
          />
          {mayHaveKey && (
            <div>
              <Checkbox
                label={t("export.withKey")}
                checked={choice.key}
                onChange={(key) => set({ key })}
              />
            </div>
          )}
        </div>
      )}
      {holdsKey(choice) && format.password !== "no" && (
        <TextField
          label={t("login.password")}
          type="password"
          autoComplete="new-password"
          hint={t(format.password === "must" ? "export.passwordHint" : "export.passwordMay")}
          value={choice.password}
          onChange={(password) => set({ password })}
        />
      )}
      {format.id === "pkcs12" && (
        <Checkbox
          label={t("export.legacy")}
          checked={choice.legacy}
          onChange={(legacy) => set({ legacy })}
        />
      )}
    </FormDialog>
  );
}
