import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Certificate } from "../../api";
import { FailedDialog, type BulkResult } from "../../components/FailedDialog";
import { FormDialog } from "../../components/FormDialog";
import { TagField } from "../../components/TagField";
import { toast } from "../../components/toasts";
import { refreshCertificates } from "./refresh";

/** Adds tags to several certificates, and takes others away. */
export function TagsDialog(props: {
  certificates: Certificate[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [certificates] = useState(props.certificates);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const [result, setResult] = useState<BulkResult>();
  const count = certificates.length;
  const there = [...new Set(certificates.flatMap(({ tags }) => tags))].sort();
  const body = { ids: certificates.map(({ id }) => id), add, remove };

  const run = useMutation({
    mutationFn: () => api.post("/certificates/bulk/tags", { body }),
    onSuccess: async ({ data }) => {
      await refreshCertificates(queries);
      if (data.failed.length > 0) return setResult(data);
      toast(t("tags.changed", { count: data.success.length }));
      props.onClose();
      props.onDone();
    },
  });
  const refused = (field: string) => refusal(run.error, field);

  if (result) {
    return (
      <FailedDialog
        result={result}
        nameOf={(id) => certificates.find((one) => one.id === id)?.common_name}
        onClose={props.onClose}
      />
    );
  }

  const nothing = add.length === 0 && remove.length === 0;
  return (
    <FormDialog
      title={t("tags.manyTitle", { count })}
      send={run}
      curl={{ method: "POST", path: "/certificates/bulk/tags", body }}
      submit={t("common.save")}
      blocked={nothing && t("common.nothingChanged")}
      onClose={props.onClose}
    >
      <TagField
        label={t("tags.add")}
        hint={t("tags.hint")}
        error={refused("add")}
        tags={add}
        onChange={setAdd}
        autoFocus
      />
      {there.length > 0 && (
        <TagField
          label={t("tags.takeAway")}
          error={refused("remove")}
          tags={remove}
          onChange={setRemove}
          suggestions={there}
        />
      )}
    </FormDialog>
  );
}
