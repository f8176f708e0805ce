import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Body } from "../../api";
import { Findings, Problems } from "../../components/Findings";
import { Label } from "../../components/State";
import { useDebounced } from "../../components/useDebounced";
import styles from "./Verdict.module.css";

const looks = {
  accepted: { tone: "active", icon: CircleCheck },
  warned: { tone: "due", icon: TriangleAlert },
  refused: { tone: "expired", icon: CircleX },
} as const;

/** What would become of the authority, and who would refuse what it issues: no key is touched. */
export function Verdict(props: { wanted: Body<"post", "/cas/simulate"> }) {
  const { t } = useTranslation();
  const wanted = useDebounced(JSON.stringify(props.wanted), 400);
  const body = JSON.parse(wanted) as Body<"post", "/cas/simulate">;
  const simulation = useQuery({
    queryKey: ["cas", "simulation", wanted],
    queryFn: () => api.post("/cas/simulate", { body }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const said = simulation.data?.data;
  // The form itself says what is wrong with it.
  if (!said || simulation.isError) return null;
  const findings = [
    ...said.findings.map((finding) => ({
      ...finding,
      citation: [finding.clients.join(", "), finding.citation].filter(Boolean).join(" · "),
    })),
    ...said.lint,
  ];
  const refusing = said.trials.filter(({ accepted }) => !accepted);
  return (
    <section className={styles.verdict} aria-live="polite" aria-label={t("verdict.title")}>
      <p>
        <Label {...looks[said.verdict]} text={t(`verdict.${said.verdict}`)} />
        {said.problems.length === 0 && said.trials.length > 0 && (
          <small>
            {t("verdict.trials", {
              n: said.trials.length - refusing.length,
              count: said.trials.length,
            })}
          </small>
        )}
      </p>
      {said.problems.length > 0 && <Problems problems={said.problems} />}
      {refusing.length > 0 && (
        <Problems
          problems={refusing.map(({ client, purpose, reason }) => ({
            field: `${client}, ${purpose}`,
            reason,
          }))}
        />
      )}
      {findings.length > 0 && <Findings findings={findings} />}
    </section>
  );
}
