import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Body } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Findings, Problems } from "../../components/Findings";
import { Label } from "../../components/State";
import { SkeletonLines } from "../../components/Skeleton";
import { useSimulation } from "./useSimulation";
import styles from "./Verdict.module.css";

const looks = {
  accepted: { tone: "active", icon: CircleCheck },
  warned: { tone: "due", icon: TriangleAlert },
  refused: { tone: "expired", icon: CircleX },
} as const;

/** What would become of the authority, and who would refuse what it issues: no key is touched. */
export function Verdict(props: {
  wanted: Body<"post", "/cas/simulate">;
  /** Every trial with its outcome, not only those that fail. */
  whole?: boolean;
}) {
  const { t } = useTranslation();
  const simulation = useSimulation(props.wanted);
  const said = simulation.data?.data;
  const frame = (children: ReactNode) => (
    <section className={styles.verdict} aria-live="polite" aria-label={t("verdict.title")}>
      {children}
    </section>
  );
  if (simulation.isError) return frame(<ErrorNotice error={simulation.error} />);
  if (!said) return frame(<SkeletonLines lines={4} label={t("common.loading")} />);
  const findings = [
    ...said.findings.map((finding) => ({
      ...finding,
      citation: [finding.clients.join(", "), finding.citation].filter(Boolean).join(" · "),
    })),
    ...said.lint,
  ];
  const refusing = said.trials.filter(({ accepted }) => !accepted);
  return frame(
    <>
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
      {props.whole && said.trials.length > 0 && (
        <ul className={styles.trials} aria-label={t("verdict.eachTrial")}>
          {said.trials.map(({ client, purpose, accepted }) => (
            <li key={client + purpose}>
              <Label
                tone={accepted ? "active" : "expired"}
                icon={accepted ? CircleCheck : CircleX}
                text={t(accepted ? "verdict.takes" : "verdict.refuses")}
                iconOnly
              />
              <span>
                {client} <small>{purpose}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>,
  );
}
