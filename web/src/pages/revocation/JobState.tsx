import { CircleCheck, CirclePause, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Label } from "../../components/State";
import type { Job } from "./queries";

export function JobState({ job }: { job: Job }) {
  const { t } = useTranslation();
  if (job.status === "running")
    return <Label tone="accent" icon={LoaderCircle} text={t("job.running")} />;
  if (job.status === "cancelled")
    return <Label tone="idle" icon={CirclePause} text={t("job.cancelled")} />;
  if (job.failed > 0)
    return (
      <Label tone="due" icon={TriangleAlert} text={t("job.finishedSome", { count: job.failed })} />
    );
  return <Label tone="active" icon={CircleCheck} text={t("job.finished")} />;
}
