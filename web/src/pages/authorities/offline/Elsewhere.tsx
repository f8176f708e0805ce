import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, FileInput, Signature } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Authority } from "../../../api";
import { base } from "../../../api/client";
import { Anchor, Button } from "../../../components/Button";
import { DataTable } from "../../../components/DataTable";
import lists from "../../../components/List.module.css";
import { Moment } from "../../../components/Moment";
import { Section } from "../../../components/Page";
import { toast } from "../../../components/toasts";
import { casQuery, crlsQuery, refreshAuthorities } from "../queries";
import { AnswerDialog } from "./AnswerDialog";
import styles from "./Offline.module.css";

/** Authorities with a key elsewhere, and those below them that have theirs here. */
export function Elsewhere() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const cas = useQuery(casQuery).data?.data;
  const crls = useQuery(crlsQuery).data?.data;
  const [publishing, setPublishing] = useState<Authority>();
  const keyHere = (id: number | null | undefined) =>
    cas?.find((one) => one.id === id)?.has_private_key ?? false;
  const rows = cas?.filter((ca) => !ca.has_private_key || (!ca.is_root && !keyHere(ca.parent_id)));
  const renew = useMutation({
    mutationFn: (id: number) => api.post("/cas/{ca_id}/request", { path: { ca_id: id } }),
    onSuccess: async ({ data }) => {
      await refreshAuthorities(queries);
      toast(t("offline.made", { name: data.name }));
    },
    onError: (error) => toast(error instanceof ApiError ? error.message : t("error.unexpected")),
  });
  // There is nothing to say where everything is signed here.
  if (!rows || rows.length === 0) return null;

  return (
    <Section title={t("offline.elsewhere")} card flush>
      <div className={styles.table}>
        <DataTable<Authority>
          caption={t("offline.elsewhere")}
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              id: "name",
              title: t("column.name"),
              card: "title",
              cell: (ca) => (
                <span className={lists.name}>
                  <Link to="/authorities/$id" params={{ id: String(ca.id) }}>
                    {ca.name}
                  </Link>
                  <small>
                    {t(ca.has_private_key ? "offline.signerElsewhere" : "offline.keyElsewhere")}
                  </small>
                </span>
              ),
            },
            {
              id: "until",
              title: t("column.until"),
              card: "line",
              width: "9rem",
              cell: ({ valid_to }) => <Moment at={valid_to} as="day" />,
            },
            {
              id: "list",
              title: t("points.crl"),
              from: "medium",
              width: "11rem",
              cell: ({ id }) => {
                const crl = crls?.find(({ ca_id }) => ca_id === id);
                return crl ? (
                  <span>
                    {t(crl.is_stale ? "revocation.since" : "revocation.until")}{" "}
                    <Moment at={crl.next_update} />
                  </span>
                ) : (
                  <span className="faint">{t("authority.noCrl")}</span>
                );
              },
            },
            {
              id: "actions",
              title: t("revocation.actions"),
              card: "line",
              align: "end",
              width: "21rem",
              cell: (ca) => (
                <span className={styles.actions}>
                  {ca.has_private_key ? (
                    <Button
                      small
                      icon={Signature}
                      needs="write:cas"
                      busy={renew.isPending && renew.variables === ca.id}
                      onClick={() => renew.mutate(ca.id)}
                    >
                      {t("offline.renew")}
                    </Button>
                  ) : (
                    <>
                      <Anchor
                        small
                        icon={Download}
                        href={`${base}/cas/${ca.id}/revoked-index`}
                        download
                      >
                        {t("offline.index")}
                      </Anchor>
                      <Button
                        small
                        icon={FileInput}
                        needs="write:crl"
                        onClick={() => setPublishing(ca)}
                      >
                        {t("offline.publish")}
                      </Button>
                    </>
                  )}
                </span>
              ),
            },
          ]}
        />
      </div>
      {publishing && (
        <AnswerDialog
          title={t("offline.publishTitle", { name: publishing.name })}
          lead={t("offline.publishLead")}
          label="X509 CRL"
          field="crl"
          needs="write:crl"
          path={`/cas/${publishing.id}/crl`}
          send={async (crl) => {
            await api.post("/cas/{ca_id}/crl", { path: { ca_id: publishing.id }, body: { crl } });
            return t("authority.crlDone");
          }}
          onClose={() => setPublishing(undefined)}
        />
      )}
    </Section>
  );
}
