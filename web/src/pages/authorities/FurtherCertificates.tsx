import { useQuery } from "@tanstack/react-query";
import { Ban, CirclePlay, Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Authority } from "../../api";
import { fileStem, saveText } from "../../api/download";
import { useCan } from "../../auth/useCan";
import { DataTable } from "../../components/DataTable";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { CertificateState } from "../../components/State";
import styles from "./Authorities.module.css";
import { casQuery, furtherQuery } from "./queries";
import { ReleaseAuthorityDialog } from "./ReleaseAuthorityDialog";
import { isGone, isHeld, type Further } from "./revoked";
import { RevokeAuthorityDialog } from "./RevokeAuthorityDialog";

/** What else stands for the same authority: cross-signed certificates, and those it had before. */
export function FurtherCertificates({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ further: Further; dialog: "revoke" | "release" }>();
  const all = useQuery(casQuery).data?.data;
  // One that is here goes by its name.
  const rows = useQuery(furtherQuery(authority.id)).data?.data.map((each) => ({
    ...each,
    issuer: all?.find(({ id }) => id === each.issuer_id)?.name ?? each.issuer,
  }));
  const close = () => setOpen(undefined);
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
              card: "line",
              width: "10rem",
              cell: ({ kind }) => t(`crossSign.kind_${kind}`),
            },
            {
              id: "state",
              title: t("column.state"),
              card: "state",
              width: "8rem",
              cell: ({ status, revoke_reason }) => (
                <CertificateState status={status.toLowerCase()} reason={revoke_reason} />
              ),
            },
            {
              id: "until",
              title: t("column.until"),
              card: "line",
              width: "10rem",
              cell: ({ valid_to }) => <Moment at={valid_to} as="day" />,
            },
            {
              id: "actions",
              title: t("sessions.action"),
              card: "end",
              align: "end",
              width: "5rem",
              cell: (further) => (
                <Actions
                  authority={authority}
                  further={further}
                  onOpen={(dialog) => setOpen({ further, dialog })}
                />
              ),
            },
          ]}
        />
      </div>
      {open?.dialog === "revoke" && (
        <RevokeAuthorityDialog authority={authority} further={open.further} onClose={close} />
      )}
      {open?.dialog === "release" && (
        <ReleaseAuthorityDialog authority={authority} further={open.further} onClose={close} />
      )}
    </Section>
  );
}

function Actions(props: {
  authority: Authority;
  further: Further;
  onOpen: (dialog: "revoke" | "release") => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { further } = props;
  const { pem, kind, id, issuer } = further;
  // Whoever signed it and is not here revokes it there.
  const may = can("write:cas") && can("delete:cas") && Boolean(further.issuer_id);
  return (
    <RowMenu label={t("revokeCa.actions", { issuer })}>
      <MenuItem
        icon={Download}
        hint=".pem"
        onSelect={() => saveText(pem, `${fileStem(props.authority.name)}-${kind}-${id}.pem`)}
      >
        {t("export.button")}
      </MenuItem>
      {may && !isGone(further) && (
        <>
          <MenuLine />
          {isHeld(further) && (
            <MenuItem icon={CirclePlay} onSelect={() => props.onOpen("release")}>
              {t("revoke.release")}
            </MenuItem>
          )}
          <MenuItem icon={Ban} danger onSelect={() => props.onOpen("revoke")}>
            {t("revoke.button")}
          </MenuItem>
        </>
      )}
    </RowMenu>
  );
}
