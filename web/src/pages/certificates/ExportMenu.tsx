import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { base } from "../../api/client";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { Menu, MenuItem, MenuLine } from "../../components/Menu";
import { ExportDialog } from "./ExportDialog";
import type { ExportFormat } from "./exportFormats";

/** What is downloaded most, one click away; everything else is in the dialog. */
export function ExportMenu(props: { certificate: Certificate }) {
  const { t } = useTranslation();
  const can = useCan();
  const [asking, setAsking] = useState<ExportFormat["id"]>();
  const { certificate } = props;
  const path = `${base}/certificates/${certificate.id}/export`;
  const get = (format: string) => () => window.location.assign(`${path}?format=${format}`);
  const withKey = certificate.private_key_available && can("read:private_keys");

  return (
    <>
      <Menu align="end" trigger={<Button icon={Download}>{t("export.button")}</Button>}>
        <MenuItem hint=".pem" onSelect={get("pem")}>
          {t("export.pem")}
        </MenuItem>
        <MenuItem hint="-chain.pem" onSelect={get("chain")}>
          {t("export.chain")}
        </MenuItem>
        <MenuItem hint=".cer" onSelect={get("der")}>
          {t("export.der")}
        </MenuItem>
        <MenuLine />
        {withKey && (
          <>
            <MenuItem hint=".p12" onSelect={() => setAsking("pkcs12")}>
              {t("export.pkcs12")}
            </MenuItem>
            <MenuItem hint=".key" onSelect={() => setAsking("key")}>
              {t("export.key")}
            </MenuItem>
          </>
        )}
        <MenuItem onSelect={() => setAsking("pem")}>{t("export.all")}</MenuItem>
      </Menu>
      {asking && (
        <ExportDialog
          certificates={[certificate]}
          format={asking}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
