import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Authority } from "../../api";
import { fileStem, saveText } from "../../api/download";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import styles from "./Authorities.module.css";

/** What else stands for the same authority: cross-signed certificates, and those it had before. */
export function FurtherCertificates({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const path = { ca_id: authority.id };
  const rows = useQuery({
    queryKey: ["cas", "further", authority.id],
    queryFn: () => api.get("/cas/{ca_id}/further-certificates", { path }),
  }).data?.data;
  if (!rows || rows.length === 0) return null;
  return (
    <Section title={t("crossSign.further")} card flush>
      <div className={styles.issuedTable}>
        <DataTable
          caption={t("crossSign.further")}
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              id: "issuer",
              title: t("createCa.parent"),
              card: "title",
              cell: ({ issuer }) => issuer,
            },
            {
              id: "kind",
              title: t("column.source"),
              card: "state",
              width: "10rem",
              cell: ({ kind }) => t(`crossSign.kind_${kind}`),
            },
            {
              id: "until",
              title: t("column.until"),
              card: "line",
              width: "10rem",
              cell: ({ valid_to }) => <Moment at={valid_to} as="day" />,
            },
            {
              id: "file",
              title: t("export.button"),
              card: "end",
              align: "end",
              width: "9rem",
              cell: ({ pem, kind, id }) => (
                <Button
                  small
                  look="ghost"
                  icon={Download}
                  onClick={() => saveText(pem, `${fileStem(authority.name)}-${kind}-${id}.pem`)}
                >
                  PEM
                </Button>
              ),
            },
          ]}
        />
      </div>
    </Section>
  );
}
