import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, FileInput, Inbox, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../../api";
import { base } from "../../../api/client";
import { Anchor, Button } from "../../../components/Button";
import { DataTable } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Moment } from "../../../components/Moment";
import { Section } from "../../../components/Page";
import { toast } from "../../../components/toasts";
import { formatKey } from "../../../format";
import lists from "../../../components/List.module.css";
import { refreshAuthorities } from "../queries";
import { AnswerDialog } from "./AnswerDialog";
import styles from "./Offline.module.css";
import { requestsQuery, type AuthorityRequest } from "./queries";

/** Requests that were made here and wait for a certificate from elsewhere. */
export function Waiting() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const requests = useQuery(requestsQuery);
  const [dialog, setDialog] = useState<["answer" | "delete", AuthorityRequest]>();
  const close = () => setDialog(undefined);
  const rows = requests.data?.data;
  const [action, chosen] = dialog ?? [];

  return (
    <Section title={t("offline.waiting")} card flush>
      {requests.isError && !rows ? (
        <div className={styles.pad}>
          <ErrorNotice error={requests.error} onRetry={() => void requests.refetch()} />
        </div>
      ) : (
        <div className={styles.table}>
          <DataTable<AuthorityRequest>
            caption={t("offline.waiting")}
            rows={rows}
            rowKey={({ id }) => id}
            skeleton={2}
            empty={
              <EmptyState icon={Inbox} title={t("offline.noneWaiting")}>
                {t("offline.noneWaitingText")}
              </EmptyState>
            }
            columns={[
              {
                id: "name",
                title: t("column.name"),
                card: "title",
                cell: ({ name, subject }) => (
                  <span className={lists.name}>
                    <b>{name}</b>
                    <small>{subject}</small>
                  </span>
                ),
              },
              {
                id: "kind",
                title: t("offline.for"),
                card: "state",
                width: "10rem",
                cell: ({ ca_id }) => t(ca_id ? "offline.renewal" : "offline.fresh"),
              },
              {
                id: "key",
                title: t("issue.key"),
                from: "medium",
                width: "8rem",
                cell: ({ key_type }) => formatKey(key_type),
              },
              {
                id: "made",
                title: t("offline.madeAt"),
                card: "line",
                width: "9rem",
                cell: ({ created_at }) => <Moment at={created_at} />,
              },
              {
                id: "actions",
                title: t("revocation.actions"),
                card: "line",
                align: "end",
                width: "21rem",
                cell: (row) => (
                  <span className={styles.actions}>
                    <Anchor
                      small
                      icon={Download}
                      href={`${base}/cas/requests/${row.id}/export`}
                      download
                    >
                      CSR
                    </Anchor>
                    <Button
                      small
                      icon={FileInput}
                      needs="write:cas"
                      onClick={() => setDialog(["answer", row])}
                    >
                      {t("offline.answer")}
                    </Button>
                    <Button
                      small
                      icon={Trash2}
                      needs="write:cas"
                      onClick={() => setDialog(["delete", row])}
                    >
                      {t("offline.giveUp")}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        </div>
      )}
      {action === "answer" && chosen && (
        <AnswerDialog
          title={t("offline.answerTitle", { name: chosen.name })}
          lead={t("offline.answerLead")}
          label="CERTIFICATE"
          field="certificate"
          needs="write:cas"
          path={`/cas/requests/${chosen.id}/complete`}
          send={async (certificate) => {
            const { data } = await api.post("/cas/requests/{request_id}/complete", {
              path: { request_id: chosen.id },
              body: { certificate },
            });
            await navigate({ to: "/authorities/$id", params: { id: String(data.id) } });
            return t("createCa.done", { name: data.name });
          }}
          onClose={close}
        />
      )}
      {action === "delete" && chosen && (
        <DeleteDialog
          title={t("offline.giveUpTitle", { name: chosen.name })}
          lead={t("offline.giveUpLead")}
          submit={t("offline.giveUpSubmit")}
          remove={async () => {
            await api.delete("/cas/requests/{request_id}", { path: { request_id: chosen.id } });
            await refreshAuthorities(queries);
            toast(t("offline.givenUp", { name: chosen.name }));
            close();
          }}
          onClose={close}
        />
      )}
    </Section>
  );
}
