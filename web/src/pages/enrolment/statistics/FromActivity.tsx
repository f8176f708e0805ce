import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "../../../components/ErrorNotice";
import { Section } from "../../../components/Page";
import { SkeletonLines } from "../../../components/Skeleton";
import { formatNumber } from "../../../format";
import { counted, latestEntries } from "./queries";
import { TallyTable } from "./TallyTable";
import { clientTallies, proofTallies } from "./tally";

// The server counts neither by itself; the activity has both.

/** Which proofs succeed, and which do not. */
export function ProofChart() {
  const { t } = useTranslation();
  const entries = useQuery(latestEntries("acme.challenge.validate"));
  const rows = entries.data && proofTallies(entries.data);
  return (
    <Section title={t("acmeStats.proofs")} card>
      {entries.isError && !rows ? (
        <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />
      ) : !rows ? (
        <SkeletonLines lines={4} label={t("common.loading")} />
      ) : rows.length === 0 ? (
        <p className="muted">{t("acmeStats.noProofs")}</p>
      ) : (
        <>
          <p className="muted">{t("acmeStats.latest", { n: formatNumber(counted) })}</p>
          <TallyTable
            of={t("acmeStats.proof")}
            columns={[
              { title: t("acmeStats.succeeded"), look: "good" },
              { title: t("acmeStats.retried"), look: "waiting" },
              { title: t("acmeStats.failed"), look: "bad" },
            ]}
            rows={rows.map(({ challenge, valid, retried, invalid }) => ({
              name: challenge,
              counts: [valid, retried, invalid],
            }))}
          />
        </>
      )}
    </Section>
  );
}

/** Which programs order, as they call themselves. */
export function ClientChart() {
  const { t } = useTranslation();
  const entries = useQuery(latestEntries("acme.order.create"));
  const rows = entries.data && clientTallies(entries.data);
  return (
    <Section title={t("acmeStats.clients")} card>
      {entries.isError && !rows ? (
        <ErrorNotice error={entries.error} onRetry={() => void entries.refetch()} />
      ) : !rows ? (
        <SkeletonLines lines={4} label={t("common.loading")} />
      ) : rows.length === 0 ? (
        <p className="muted">{t("acmeStats.noClients")}</p>
      ) : (
        <>
          <p className="muted">{t("acmeStats.latest", { n: formatNumber(counted) })}</p>
          <TallyTable
            of={t("enrolment.client")}
            columns={[{ title: t("enrolment.orders"), look: "good" }]}
            rows={rows.slice(0, 10).map(({ client, orders }) => ({
              name: client || t("acmeStats.unnamed"),
              counts: [orders],
            }))}
          />
        </>
      )}
    </Section>
  );
}
