import { Ban, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { Button } from "../../components/Button";
import { SelectionBar } from "../../components/SelectionBar";
import { BulkDialog } from "./BulkDialog";

/** The server takes a hundred at once. */
const most = 100;

export function BulkBar(props: { certificates: Certificate[]; onClear: () => void }) {
  const { t } = useTranslation();
  const [action, setAction] = useState<"renew" | "revoke">();
  const { certificates } = props;
  const revocable = certificates.filter(
    ({ status }) => status !== "revoked" && status !== "expired",
  );
  const renewable = certificates.filter(
    ({ status, private_key_available }) => status !== "revoked" && private_key_available,
  );
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
      {action && (
        <BulkDialog
          action={action}
          certificates={action === "renew" ? renewable : revocable}
          onDone={props.onClear}
          onClose={() => setAction(undefined)}
        />
      )}
    </SelectionBar>
  );
}
