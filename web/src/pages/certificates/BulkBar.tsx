import { Ban, Download, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { Button } from "../../components/Button";
import { SelectionBar } from "../../components/SelectionBar";
import { BulkDialog, type BulkAction } from "./BulkDialog";
import { ExportDialog } from "./ExportDialog";

/** The server takes a hundred at once. */
const most = 100;

export function BulkBar(props: { certificates: Certificate[]; onClear: () => void }) {
  const { t } = useTranslation();
  const [action, setAction] = useState<BulkAction | "export">();
  const { certificates } = props;
  const revocable = certificates.filter(
    ({ status }) => status !== "revoked" && status !== "expired",
  );
  const renewable = certificates.filter(
    ({ status, private_key_available }) => status !== "revoked" && private_key_available,
  );
  const deletable = certificates.filter(({ status }) => status === "expired");
  const tooMany = certificates.length > most && t("bulk.tooMany", { most });

  return (
    <SelectionBar count={certificates.length} onClear={props.onClear}>
      <Button
        small
        icon={RefreshCw}
        needs="write:certificates"
        blocked={tooMany || (renewable.length === 0 && t("bulk.noneRenewable"))}
        onClick={() => setAction("renew")}
      >
        {t("bulk.renew", { count: renewable.length })}
      </Button>
      <Button
        small
        icon={Ban}
        needs="write:certificates"
        blocked={tooMany || (revocable.length === 0 && t("bulk.noneRevocable"))}
        onClick={() => setAction("revoke")}
      >
        {t("bulk.revoke", { count: revocable.length })}
      </Button>
      <Button small icon={Download} blocked={tooMany} onClick={() => setAction("export")}>
        {t("bulk.export", { count: certificates.length })}
      </Button>
      <Button
        small
        icon={Trash2}
        needs="delete:certificates"
        blocked={tooMany || (deletable.length === 0 && t("bulk.noneDeletable"))}
        onClick={() => setAction("delete")}
      >
        {t("bulk.delete", { count: deletable.length })}
      </Button>
      {action === "export" ? (
        <ExportDialog
          certificates={certificates}
          format="pem"
          onClose={() => setAction(undefined)}
        />
      ) : (
        action && (
          <BulkDialog
            action={action}
            certificates={{ renew: renewable, revoke: revocable, delete: deletable }[action]}
            onDone={props.onClear}
            onClose={() => setAction(undefined)}
          />
        )
      )}
    </SelectionBar>
  );
}
