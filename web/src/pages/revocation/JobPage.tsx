import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { CircleStop } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { BackLink } from "../../components/BackLink";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { LoadingPage } from "../../components/LoadingPage";
import { Moment } from "../../components/Moment";
import { Facts, Page, Section } from "../../components/Page";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { useActorText } from "../activity/useActorText";
import { refreshCertificates } from "../certificates/refresh";
import { useReasonText } from "../certificates/useReasonText";
import { NotFoundPage } from "../NotFoundPage";
import { JobItems } from "./JobItems";
import { JobState } from "./JobState";
import { Progress } from "./Progress";
import { jobQuery } from "./queries";

/** One revocation of many: how far it is, and what became of each certificate. */
export function JobPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const actorText = useActorText();
  const reasonText = useReasonText();
  const id = Number(useParams({ from: "/shell/revocation/jobs/$id" }).id);
  const query = useQuery(jobQuery(id));
  const job = query.data?.data;
  const running = job?.status === "running";
  const cancel = useMutation({
    mutationFn: () =>
      api.post("/certificates/bulk/revoke/jobs/{job_id}/cancel", { path: { job_id: id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["revocation-jobs"] });
      toast(t("job.stopped"));
    },
  });

  // What it changed is asked again when it ends.
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !running) {
      void refreshCertificates(queries);
      void queries.invalidateQueries({ queryKey: ["revocation-jobs"] });
    }
    wasRunning.current = running;
  }, [running, queries]);

  const above = <BackLink to="/revocation">{t("nav.revocation")}</BackLink>;
  if (!(id > 0) || (query.error instanceof ApiError && query.error.status === 404)) {
    return <NotFoundPage what={t("job.notFound")} />;
  }
  if (!job) return <LoadingPage title={t("job.title")} above={above} query={query} />;

  return (
    <Page
      title={t("job.heading", { count: job.total, n: formatNumber(job.total) })}
      above={above}
      lead={<JobState job={job} />}
      actions={
        running && (
          <Button
            icon={CircleStop}
            needs="write:certificates"
            busy={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t("job.stop")}
          </Button>
        )
      }
    >
      {cancel.isError && <ErrorNotice error={cancel.error} />}
      <Progress job={job} wide />
      <Section title={t("fact.about")} card>
        <Facts
          facts={[
            [t("state.revoked"), <Count key="revoked" of={job.revoked} />],
            [t("job.failed"), <Count key="failed" of={job.failed} />],
            [t("revoke.reason"), reasonText(job.reason)],
            [t("revoke.comment"), job.comments || "–"],
            [t("job.by"), actorText(job.created_by)],
            [t("job.begun"), <Moment key="begun" at={job.created_at} as="full" />],
            [t("job.ended"), <Moment key="ended" at={job.finished_at} as="full" />],
          ]}
        />
      </Section>
      <JobItems job={job} />
    </Page>
  );
}

function Count({ of }: { of: number }) {
  return <span className="num">{formatNumber(of)}</span>;
}
