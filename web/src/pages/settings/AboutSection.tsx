import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Facts, Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { Label } from "../../components/State";
import { formatDuration } from "../../format";

const parts = ["core", "database", "acme", "crl", "ocsp"] as const;

export function AboutSection() {
  const { t } = useTranslation();
  const status = useQuery({
    queryKey: ["system-status"],
    queryFn: () => api.get("/dashboard/system-status"),
    refetchInterval: 30_000,
  });
  const data = status.data?.data;
  return (
    <>
      <Section title={t("about.health")} card>
        {!data ? (
          <Pending query={status} lines={5} />
        ) : (
          <Facts
            facts={parts.map((part) => [
              t(`about.${part}`),
              <span key={part}>
                <Health status={data[part]?.status ?? ""} />{" "}
                {data[part]?.message && <span className="muted">· {data[part].message}</span>}
              </span>,
            ])}
          />
        )}
      </Section>
      {data && (
        <Section title={t("about.server")} card>
          <Facts
            facts={[
              [
                t("about.version"),
                <span key="version" className="num">
                  Certwright {data.version}
                </span>,
              ],
              [t("about.uptime"), formatDuration(data.uptime_seconds)],
              [
                t("about.api"),
                <a key="api" href="/swagger">
                  /swagger
                </a>,
              ],
              [
                t("about.metrics"),
                <a key="metrics" href="/metrics">
                  /metrics
                </a>,
              ],
            ]}
          />
        </Section>
      )}
    </>
  );
}

function Health(props: { status: string }) {
  const { t } = useTranslation();
  if (/^(ok|online|healthy|running|enabled|up|active|operational|connected)$/i.test(props.status)) {
    return <Label tone="active" icon={CircleCheck} text={t("about.works")} />;
  }
  if (/^(warning|degraded|stale)$/i.test(props.status)) {
    return <Label tone="due" icon={TriangleAlert} text={t("about.degraded")} />;
  }
  return <Label tone="expired" icon={CircleX} text={t("about.down")} />;
}
