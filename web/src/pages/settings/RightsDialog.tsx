import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { permissionsQuery } from "./queries";
import { grantable } from "./rights";
import { RightsGrid } from "./RightsGrid";

export interface Granted {
  name: string;
  description: string;
  permissions: string[];
}

/** A role or a group: both are a name with rights. */
export function RightsDialog(props: {
  kind: "role" | "group";
  before?: Granted & { id: string | number };
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { kind, before } = props;
  const [name, setName] = useState(before?.name ?? "");
  const [description, setDescription] = useState(before?.description ?? "");
  const [chosen, setChosen] = useState(before?.permissions ?? []);
  const all = useQuery(permissionsQuery).data?.data.permissions ?? [];
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        name: name.trim(),
        description: description.trim(),
        permissions: chosen,
      };
      if (kind === "group") {
        if (before) await api.put("/groups/{group_id}", { path: { group_id: before.id }, body });
        else await api.post("/groups", { body });
      } else if (before) await api.put("/rbac/roles/{role}", { path: { role: before.id }, body });
      else await api.post("/rbac/roles", { body });
    },
    onSuccess: async () => {
      await Promise.all(
        ["groups", "roles", "users"].map((topic) =>
          queries.invalidateQueries({ queryKey: [topic] }),
        ),
      );
      toast(t(before ? "users.edited" : "createCa.done", { name: name.trim() }));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  return (
    <FormDialog
      title={before ? t("users.editTitle", { name: before.name }) : t(`${kind}.create`)}
      lead={t(`${kind}.lead`)}
      send={save}
      submit={t(before ? "common.save" : "users.submit")}
      blocked={!name.trim() && t("keys.nameMissing")}
      onClose={props.onClose}
    >
      <TextField
        label={t("column.name")}
        autoFocus
        autoComplete="off"
        maxLength={64}
        value={name}
        onChange={setName}
        error={refused("name")}
      />
      <TextField
        label={t("template.description")}
        optional={t("common.optional")}
        autoComplete="off"
        value={description}
        onChange={setDescription}
        error={refused("description")}
      />
      <RightsGrid
        caption={t("keys.rights")}
        all={grantable(all)}
        chosen={chosen}
        onChange={setChosen}
      />
    </FormDialog>
  );
}
