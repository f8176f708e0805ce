import { Link } from "@tanstack/react-router";
import { FileBadge, Landmark } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import { Identifier } from "../../../components/Copy";
import { colons, formatDay, formatRelative } from "../../../format";
import styles from "./Detail.module.css";

/** From what clients must trust, at the top, down to the certificate. */
export function ChainTab({ certificate }: { certificate: CertificateDetail }) {
  const { t } = useTranslation();
  const entries = [...certificate.chain].reverse();
  const leafListed = certificate.chain[0]?.common_name === certificate.common_name;
  const all = leafListed
    ? entries
    : [
        ...entries,
        {
          common_name: certificate.common_name,
          subject: certificate.subject,
          valid_until: certificate.valid_to,
          fingerprint: certificate.thumbprint_sha256,
          ca_id: undefined,
        },
      ];
  return (
    <ol className={styles.chain}>
      {all.map((entry, index) => {
        const leaf = index === all.length - 1;
        const role = leaf
          ? t("chain.leaf")
          : index === 0
            ? t("chain.root")
            : t("chain.intermediate");
        const Icon = leaf ? FileBadge : Landmark;
        return (
          <li key={entry.fingerprint} data-leaf={leaf || undefined}>
            <span className={styles.node}>
              <Icon aria-hidden />
            </span>
            <div>
              <small>{role}</small>
              <h2>
                {entry.ca_id ? (
                  <Link to="/authorities/$id" params={{ id: String(entry.ca_id) }}>
                    {entry.common_name}
                  </Link>
                ) : (
                  entry.common_name
                )}
              </h2>
              <p className="num">
                {t("chain.until", {
                  day: formatDay(entry.valid_until),
                  relative: formatRelative(entry.valid_until),
                })}
              </p>
              <p>
                <Identifier text={colons(entry.fingerprint)} head={23} tail={11} />
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
