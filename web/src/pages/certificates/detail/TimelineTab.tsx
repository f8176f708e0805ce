import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import { detailLines } from "../../../api/loose";
import { Breakable } from "../../../components/Breakable";
import { Moment } from "../../../components/Moment";
import { useActionText } from "../../activity/useActionText";
import { useActorText } from "../../activity/useActorText";
import styles from "./Detail.module.css";

export function TimelineTab({ entries }: { entries: CertificateDetail["timeline"] }) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const actorText = useActorText();
  return (
    <ol className={styles.timeline}>
      {[...entries]
        .sort((a, b) => b.at.localeCompare(a.at))
        .map((entry, index) => (
          <li key={`${entry.at}-${index}`}>
            <b>{actionText({ action: entry.action, resource_type: "certificate" })}</b>
            <span className="muted"> {t("home.by", { name: actorText(entry.by) })}</span>
            {detailLines(entry.detail).map((line) => (
              <p key={line}>
                <Breakable text={line} />
              </p>
            ))}
            <p>
              <Moment at={entry.at} as="full" />
            </p>
          </li>
        ))}
    </ol>
  );
}
