import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { fieldOf } from "../../api/loose";
import { useCan } from "../../auth/useCan";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { useActorText } from "../activity/useActorText";
import { useReasonText } from "../certificates/useReasonText";
import styles from "./Revocation.module.css";

const shown = 8;

/** What was revoked or put on hold, the latest first, as the audit has it. */
export function LatelyRevoked() {
  const { t } = useTranslation();
  const can = useCan();
  const actorText = useActorText();
  const reasonText = useReasonText();
  const acts = useQuery({
    queryKey: ["audit", "revocations"],
    queryFn: () =>
      api.get("/audit/logs", {
        query: { action: "certificate.revoke", success: true, per_page: shown },
      }),
    enabled: can("read:audit"),
  });
  const rows = acts.data?.data;
  if (!can("read:audit")) return null;
  return (
    <Section
      title={t("revocation.lately")}
      card
      flush
      aside={
        <Link to="/certificates" search={{ status: ["revoked"] }}>
          {t("revocation.all")}
        </Link>
      }
    >
      {!rows ? (
        <div className={styles.pad}>
          <Pending query={acts} lines={4} />
        </div>
      ) : rows.length === 0 ? (
        <p className={styles.pad}>{t("revocation.nothingYet")}</p>
      ) : (
        <ul className={styles.feed}>
          {rows.map((act) => (
            <li key={act.id}>
              <b>
                <Link to="/certificates/$id" params={{ id: act.resource_id }} search={{}}>
                  {act.resource_name || act.resource_id}
                </Link>
              </b>
              <Moment at={act.timestamp} />
              <small>
                {reasonText(fieldOf(act.details, "reason"))} ·{" "}
                {t("home.by", { name: actorText(act.username) })}
              </small>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
