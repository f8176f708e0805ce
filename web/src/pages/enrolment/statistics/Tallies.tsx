import { useTranslation } from "react-i18next";

import { Section } from "../../../components/Page";
import { TallyTable } from "./TallyTable";

/** What came of the orders at each service. */
export function ServiceTallies({
  rows,
}: {
  rows: { service: string; issued: number; open: number; failed: number }[];
}) {
  const { t } = useTranslation();
  return (
    <Section title={t("acmeStats.services")} card>
      <TallyTable
        of={t("acmeStats.service")}
        columns={[
          { title: t("acmeStats.issued"), look: "good" },
          { title: t("acmeStats.open"), look: "waiting" },
          { title: t("acmeStats.failed"), look: "bad" },
        ]}
        rows={rows.map(({ service, issued, open, failed }) => ({
          name: service,
          counts: [issued, open, failed],
        }))}
      />
    </Section>
  );
}

/** Which proofs succeed, and which do not. */
export function ProofTallies({
  rows,
}: {
  rows: { challenge: string; succeeded: number; retried: number; failed: number }[];
}) {
  const { t } = useTranslation();
  return (
    <Section title={t("acmeStats.proofs")} card>
      {rows.length === 0 ? (
        <p className="muted">{t("acmeStats.noProofs")}</p>
      ) : (
        <TallyTable
          of={t("acmeStats.proof")}
          columns={[
            { title: t("acmeStats.succeeded"), look: "good" },
            { title: t("acmeStats.retried"), look: "waiting" },
            { title: t("acmeStats.failed"), look: "bad" },
          ]}
          rows={rows.map(({ challenge, succeeded, retried, failed }) => ({
            name: challenge,
            counts: [succeeded, retried, failed],
          }))}
        />
      )}
    </Section>
  );
}

/** Which programs order, as they call themselves. */
export function ClientTallies({ rows }: { rows: { client: string; orders: number }[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t("acmeStats.clients")} card>
      {rows.length === 0 ? (
        <p className="muted">{t("acmeStats.noClients")}</p>
      ) : (
        <TallyTable
          of={t("enrolment.client")}
          columns={[{ title: t("enrolment.orders"), look: "good" }]}
          rows={rows.slice(0, 10).map(({ client, orders }) => ({
            name: client || t("acmeStats.unnamed"),
            counts: [orders],
          }))}
        />
      )}
    </Section>
  );
}
