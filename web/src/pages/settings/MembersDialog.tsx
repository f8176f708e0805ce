import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Group } from "../../api";
import { useCan } from "../../auth/useCan";
import { useRoleText } from "../../auth/useRoleText";
import { Button, IconButton } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { SelectField } from "../../components/Field";
import { SkeletonLines } from "../../components/Skeleton";
import styles from "./Settings.module.css";

export function MembersDialog(props: { group: Group; onClose: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const roleText = useRoleText();
  const queries = useQueryClient();
  const [user, setUser] = useState("");
  const path = { group_id: props.group.id };
  const members = useQuery({
    queryKey: ["groups", "members", props.group.id],
    queryFn: () => api.get("/groups/{group_id}/members", { path }),
  });
  const users = useQuery({
    queryKey: ["users"],
    queryFn: () => api.get("/users"),
    enabled: can("read:users") && can("write:groups"),
  }).data?.data;
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["groups"] });
  const add = useMutation({
    mutationFn: () =>
      api.post("/groups/{group_id}/members", { path, body: { user_id: Number(user) } }),
    onSuccess: () => {
      setUser("");
      return onSuccess();
    },
  });
  const remove = useMutation({
    mutationFn: (id: number) =>
      api.delete("/groups/{group_id}/members/{user_id}", { path: { ...path, user_id: id } }),
    onSuccess,
  });
  const inside = members.data?.data;
  const others = (users ?? []).filter(({ id }) => !inside?.some((one) => one.user_id === id));
  const error = members.error ?? add.error ?? remove.error;

  return (
    <Dialog
      title={t("group.membersOf", { name: props.group.name })}
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <div className={styles.form}>
        {error && <ErrorNotice error={error} />}
        {!inside && !members.isError ? (
          <SkeletonLines lines={3} label={t("common.loading")} />
        ) : inside?.length === 0 ? (
          <p className="muted">{t("group.noMembers")}</p>
        ) : (
          <ul className={styles.members}>
            {inside?.map((member) => (
              <li key={member.user_id}>
                <span className={styles.two}>
                  <b>{member.full_name || member.username}</b>
                  <small>
                    {member.full_name ? `${member.username} · ` : ""}
                    {roleText(member.role)}
                  </small>
                </span>
                {can("delete:groups") && (
                  <IconButton
                    icon={UserMinus}
                    label={t("group.remove", { name: member.username })}
                    onClick={() => remove.mutate(member.user_id)}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
        {others.length > 0 && (
          <div className={styles.add}>
            <SelectField
              label={t("group.add")}
              value={user}
              onChange={setUser}
              options={[
                { value: "", label: t("group.choose") },
                ...others.map((one) => ({
                  value: String(one.id),
                  label: one.full_name ? `${one.full_name} (${one.username})` : one.username,
                })),
              ]}
            />
            <Button
              icon={UserPlus}
              busy={add.isPending}
              blocked={!user && t("group.choose")}
              onClick={() => add.mutate()}
            >
              {t("group.addSubmit")}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}
