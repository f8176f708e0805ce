import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import styles from "./Detail.module.css";

export function ExtensionsTab({ extensions }: { extensions: CertificateDetail["extensions"] }) {
  const { t } = useTranslation();
  return (
    <dl className={styles.extensions}>
      {extensions.map((extension) => (
        <div key={extension.oid}>
          <dt>
            {extension.name}
            {extension.critical && <em>{t("extension.critical")}</em>}
            <code>{extension.oid}</code>
          </dt>
          <dd>{extension.value}</dd>
        </div>
      ))}
    </dl>
  );
}
