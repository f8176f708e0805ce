import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import { base } from "../../../api/client";
import { Anchor } from "../../../components/Button";
import { Snippet } from "../../../components/Copy";
import styles from "./Detail.module.css";

export function RawTab({ certificate }: { certificate: CertificateDetail }) {
  const { t } = useTranslation();
  const address = `${base}/certificates/${certificate.id}/export`;
  return (
    <div className={styles.raw}>
      <div className={styles.downloads}>
        <Anchor small icon={Download} href={`${address}?format=pem`} download>
          PEM
        </Anchor>
        <Anchor small icon={Download} href={`${address}?format=chain`} download>
          {t("export.chain")}
        </Anchor>
        <Anchor small icon={Download} href={`${address}?format=der`} download>
          DER
        </Anchor>
      </div>
      <Snippet label="PEM" text={certificate.pem.trim()} wrap />
    </div>
  );
}
