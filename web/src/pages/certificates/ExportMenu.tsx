import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { base } from "../../api/client";
import { downloadPost, fileStem } from "../../api/download";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { Menu, MenuItem, MenuLine } from "../../components/Menu";
import { Pkcs12Dialog } from "./Pkcs12Dialog";
import { toast } from "../../components/toasts";

export function ExportMenu(props: { certificate: Certificate }) {
  const { t } = useTranslation();
  const can = useCan();
  const [asking, setAsking] = useState(false);
  const { certificate } = props;
  const stem = fileStem(certificate.common_name);
  const path = `/certificates/${certificate.id}/export`;
  const get = (format: string) => () => window.location.assign(`${base}${path}?format=${format}`);
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
        <MenuItem hint=".der" onSelect={get("der")}>
          {t("export.der")}
        </MenuItem>
        {withKey && (
          <>
            <MenuLine />
            <MenuItem hint=".p12" onSelect={() => setAsking(true)}>
              {t("export.pkcs12")}
            </MenuItem>
            <MenuItem
              hint=".key"
              onSelect={() =>
                void downloadPost(path, { format: "key" }, `${stem}.key`).catch((error: unknown) =>
                  toast(error instanceof Error ? error.message : t("error.unexpected")),
                )
              }
            >
              {t("export.key")}
            </MenuItem>
          </>
        )}
      </Menu>
      {asking && (
        <Pkcs12Dialog
          path={path}
          fileName={`${stem}.p12`}
          name={certificate.common_name}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
