import { useNavigate } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Facts } from "../../components/Page";
import { Identifier } from "../../components/Copy";
import { Label } from "../../components/State";
import { formatDay } from "../../format";
import { ExportMenu } from "./ExportMenu";

/** What came out, and what people do with it next. */
export function IssuedDialog(props: {
  certificate: Certificate;
  ownKey: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { certificate } = props;
  return (
    <Dialog
      title={certificate.common_name}
      lead={<Label tone="active" icon={CircleCheck} text={t("issue.issued")} />}
      size="small"
      onClose={props.onClose}
      footer={
        <>
          <ExportMenu certificate={certificate} />
          <Button
            look="primary"
            onClick={() => {
              props.onClose();
              void navigate({
                to: "/certificates/$id",
                params: { id: String(certificate.id) },
                search: {},
              });
            }}
          >
            {t("issue.show")}
          </Button>
        </>
      }
    >
      <Facts
        facts={[
          [t("column.until"), formatDay(certificate.valid_to)],
          [t("column.issuer"), certificate.issuer_name],
          [t("fact.serial"), <Identifier key="serial" text={certificate.serial_number} />],
        ]}
      />
      <p className="muted">{props.ownKey ? t("issue.ownKey") : t("issue.storedKey")}</p>
    </Dialog>
  );
}
