import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type User } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FailedDialog, type BulkResult } from "../../components/FailedDialog";
import { SelectField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import lists from "../../components/List.module.css";
import { SkeletonLines } from "../../components/Skeleton";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { together } from "./owned";
import { ownedQuery, usersQuery } from "./queries";

/** Users leave; what they own goes to somebody who stays. */
export function DeleteUsersDialog(props: {
  users: User[];
  onDone?: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [users] = useState(props.users);
  const [heir, setHeir] = useState("");
  const [tried, setTried] = useState(false);
  const [result, setResult] = useState<BulkResult>();
  const owned = useQueries({ queries: users.map(({ id }) => ownedQuery(id)) });
  const failed = owned.find(({ isError }) => isError);
  const known = owned.flatMap(({ data }) => data?.data ?? []);
  const parts = known.length === users.length ? together(known) : undefined;
  const needsHeir = parts === undefined || parts.length > 0;
  const heirs = (useQuery(usersQuery).data?.data ?? []).filter(
    (user) => user.active && !users.some(({ id }) => id === user.id),
  );
  const [first] = users;
  const many = users.length > 1;

  const remove = useMutation({
    mutationFn: async (): Promise<BulkResult> => {
      const to = heir ? { hand_over_to: Number(heir) } : {};
      const ids = users.map(({ id }) => id);
      if (many) return (await api.post("/users/bulk/delete", { body: { ids, ...to } })).data;
      await api.delete("/users/{user_id}", {
        path: { user_id: first?.id ?? 0 },
        query: to,
      });
      return { success: ids, failed: [] };
    },
    onSuccess: async (done) => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      if (done.failed.length > 0) return setResult(done);
      toast(
        many
          ? t("users.deletedMany", { count: done.success.length })
          : t("users.deleted", { name: first?.username ?? "" }),
      );
      props.onClose();
      props.onDone?.();
    },
  });
  if (result) {
    return (
      <FailedDialog
        result={result}
        nameOf={(id) => users.find((one) => one.id === id)?.username}
        onClose={() => {
          props.onClose();
          props.onDone?.();
        }}
      />
    );
  }
  const refused = refusal(remove.error, "hand_over_to");
  return (
    <FormDialog
      title={
        many
          ? t("users.deleteManyTitle", { count: users.length })
          : t("users.deleteTitle", { name: first?.username ?? "" })
      }
      lead={t(many ? "users.deleteManyLead" : "users.deleteLead")}
      size="small"
      send={remove}
      submit={t(many ? "users.deleteManySubmit" : "users.deleteSubmit")}
      look="danger"
      needs="delete:users"
      blocked={!parts && t("common.loading")}
      ready={heir !== "" || !needsHeir}
      error={refused ? null : remove.error}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      {many && (
        <ul className={lists.names} aria-label={t("settings.users")}>
          {users.map(({ id, username, full_name }) => (
            <li key={id}>
              {username} <span className="muted">{full_name}</span>
            </li>
          ))}
        </ul>
      )}
      {failed ? (
        <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />
      ) : !parts ? (
        <SkeletonLines lines={2} label={t("common.loading")} />
      ) : parts.length === 0 ? (
        <p className="muted">{t("users.ownsNothing")}</p>
      ) : (
        <>
          <div>
            <b>{t("owned.title")}</b>
            <ul>
              {parts.map(({ kind, count }) => (
                <li key={kind}>{t(`owned.${kind}`, { count, n: formatNumber(count) })}</li>
              ))}
            </ul>
          </div>
          <SelectField
            label={t("users.heir")}
            hint={t("users.heirHint")}
            value={heir}
            onChange={setHeir}
            error={(tried && !heir && t("users.heirMissing")) || refused}
            options={[
              { value: "", label: t("group.choose") },
              ...heirs.map((user) => ({
                value: String(user.id),
                label: user.full_name ? `${user.full_name} (${user.username})` : user.username,
              })),
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}
