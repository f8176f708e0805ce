import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Checkboxes } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { SkeletonLines } from "../../components/Skeleton";
import { TagField } from "../../components/TagField";
import { toast } from "../../components/toasts";
import { casQuery } from "../authorities/queries";
import { templatesQuery } from "../templates/queries";
import styles from "./Settings.module.css";
import { useRestrictionText } from "./useRestrictionText";

interface Whom {
  kind: "user" | "group";
  id: number;
  name: string;
}

/** To which authorities, templates and tags a user, or whoever is in a group, is restricted. */
export function RestrictionDialog(props: { whom: Whom; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { kind, id, name } = props.whom;
  const now = useQuery({
    queryKey: [kind === "user" ? "users" : "groups", "restriction", id],
    queryFn: async () => {
      if (kind === "user")
        return (await api.get("/users/{user_id}/restriction", { path: { user_id: id } })).data;
      const { data } = await api.get("/groups/{group_id}/restriction", { path: { group_id: id } });
      return { ...data, groups: [] };
    },
    staleTime: 0,
  });
  const [changed, setChanged] = useState<{ cas: number[]; templates: number[]; tags: string[] }>();
  const chosen = changed ?? {
    cas: now.data?.ca_ids ?? [],
    templates: now.data?.template_ids ?? [],
    tags: now.data?.tags ?? [],
  };
  const cas = useQuery(casQuery);
  const templates = useQuery(templatesQuery);
  const groups = useQuery({
    queryKey: ["groups", "list"],
    queryFn: () => api.get("/groups"),
    enabled: Boolean(now.data?.groups.length),
  }).data?.data;
  const inWords = useRestrictionText(cas.data?.data ?? [], templates.data?.data ?? []);
  const wanted = { ca_ids: chosen.cas, template_ids: chosen.templates, tags: chosen.tags };
  const none = Object.values(wanted).every(({ length }) => length === 0);

  const save = useMutation({
    mutationFn: async () => {
      if (kind === "user") {
        const path = { user_id: id };
        if (none) await api.delete("/users/{user_id}/restriction", { path });
        else await api.put("/users/{user_id}/restriction", { path, body: wanted });
      } else {
        const path = { group_id: id };
        if (none) await api.delete("/groups/{group_id}/restriction", { path });
        else await api.put("/groups/{group_id}/restriction", { path, body: wanted });
      }
    },
    onSuccess: async () => {
      await Promise.all(
        ["users", "groups"].map((topic) => queries.invalidateQueries({ queryKey: [topic] })),
      );
      toast(t(none ? "restriction.lifted" : "restriction.saved", { name }));
      props.onClose();
    },
  });
  const error = now.error ?? cas.error ?? templates.error ?? save.error;
  const loaded = now.data && cas.data && templates.data;

  return (
    <FormDialog
      title={t(kind === "user" ? "restriction.userTitle" : "restriction.groupTitle", { name })}
      lead={t("restriction.lead")}
      send={save}
      submit={t("common.save")}
      needs="admin:users"
      blocked={!changed && t("common.nothingChanged")}
      ready={loaded !== undefined}
      error={error}
      onClose={props.onClose}
    >
      {loaded ? (
        <>
          <p className={styles.words} role="status">
            {inWords(wanted)}
          </p>
          {now.data.groups.map((group) => (
            <p key={group.group_id} className={styles.words}>
              <b>
                {t("restriction.ofGroup", {
                  group: groups?.find((one) => one.id === group.group_id)?.name ?? group.group_id,
                })}
              </b>{" "}
              {inWords(group)}
            </p>
          ))}
          <Picker
            legend={t("restriction.authorities")}
            empty={t("restriction.noAuthorities")}
            options={cas.data.data}
            chosen={chosen.cas}
            onChange={(ids) => setChanged({ ...chosen, cas: ids })}
          />
          <Picker
            legend={t("restriction.templates")}
            empty={t("restriction.noTemplates")}
            options={templates.data.data}
            chosen={chosen.templates}
            onChange={(ids) => setChanged({ ...chosen, templates: ids })}
          />
          <TagField
            label={t("column.tags")}
            hint={t("restriction.tagsHint")}
            tags={chosen.tags}
            onChange={(tags) => setChanged({ ...chosen, tags })}
          />
        </>
      ) : (
        !error && <SkeletonLines lines={8} label={t("common.loading")} />
      )}
    </FormDialog>
  );
}

function Picker(props: {
  legend: string;
  empty: string;
  options: readonly { id: number; name: string }[];
  chosen: readonly number[];
  onChange: (chosen: number[]) => void;
}) {
  return (
    <fieldset className={styles.fieldset}>
      <legend>{props.legend}</legend>
      {props.options.length === 0 ? (
        <p className="muted">{props.empty}</p>
      ) : (
        <div className={styles.permissions}>
          <Checkboxes
            options={props.options.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={props.chosen}
            onChange={props.onChange}
          />
        </div>
      )}
    </fieldset>
  );
}
