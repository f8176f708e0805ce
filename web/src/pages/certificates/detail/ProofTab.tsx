import { useQueries, useQuery } from "@tanstack/react-query";
import { CircleDashed, CircleHelp, Download, ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type AuditEntry, type CertificateDetail } from "../../../api";
import { fileStem, saveText } from "../../../api/download";
import { useCan } from "../../../auth/useCan";
import { Button } from "../../../components/Button";
import { Identifier, Snippet } from "../../../components/Copy";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Moment } from "../../../components/Moment";
import { Facts, Section } from "../../../components/Page";
import { SkeletonLines } from "../../../components/Skeleton";
import { Label } from "../../../components/State";
import { formatNumber } from "../../../format";
import { useActionText } from "../../activity/useActionText";
import { useActorText } from "../../activity/useActorText";
import styles from "./Detail.module.css";
import { isIncluded, isSigned } from "./proof";

/** Each is fetched and checked: the latest are enough, the others are in Activity. */
const most = 12;

/** What happened to the certificate, and that the signed log says so; checked in the browser. */
export function ProofTab({ certificate }: { certificate: CertificateDetail }) {
  const { t } = useTranslation();
  const can = useCan();
  const acts = useQuery({
    queryKey: ["audit", "of-certificate", certificate.id],
    queryFn: () =>
      api.get("/audit/logs", {
        query: {
          resource_type: "certificate",
          resource_id: certificate.id,
          per_page: most,
        },
      }),
    enabled: can("read:audit"),
  });
  const checkpoint = useQuery({
    queryKey: ["audit", "checkpoint"],
    queryFn: () => api.get("/audit/checkpoint"),
    enabled: can("read:audit"),
  });
  const key = checkpoint.data?.data.verifier_key;
  const entries = acts.data?.data;
  const proofs = useQueries({
    queries: (entries ?? []).map(({ id }) => ({
      queryKey: ["audit", "proof", id, key],
      queryFn: async () => {
        const { data } = await api.get("/audit/logs/{log_id}/proof", { path: { log_id: id } });
        return {
          proof: data,
          included: await isIncluded(data),
          signed: await isSigned(data.checkpoint, key ?? ""),
        };
      },
      enabled: key !== undefined && "subtle" in crypto,
      retry: false,
    })),
  });

  if (!can("read:audit")) {
    return (
      <EmptyState icon={ShieldCheck} title={t("proof.noRight")}>
        {t("common.needsRight", { right: "read:audit" })}
      </EmptyState>
    );
  }
  const failed = acts.error ?? checkpoint.error;
  if (failed) return <ErrorNotice error={failed} onRetry={() => void acts.refetch()} />;
  if (!entries) return <SkeletonLines lines={6} label={t("common.loading")} />;
  if (entries.length === 0) {
    return (
      <EmptyState icon={ShieldCheck} title={t("proof.none")}>
        {t("proof.noneText")}
      </EmptyState>
    );
  }
  return (
    <>
      <p className={styles.lead}>{t("proof.lead")}</p>
      <ol className={styles.proofs}>
        {entries.map((entry, index) => (
          <Entry
            key={entry.id}
            entry={entry}
            found={proofs[index]?.data}
            error={proofs[index]?.error ?? undefined}
            fileName={`${fileStem(certificate.common_name)}-${entry.id}-proof.json`}
          />
        ))}
      </ol>
      {checkpoint.data && (
        <Section title={t("verify.checkpoint")} card>
          <p className="muted">{t("verify.checkpointText")}</p>
          <Facts
            facts={[
              [
                t("verify.key"),
                <Identifier key="key" text={checkpoint.data.data.verifier_key} full />,
              ],
            ]}
          />
          <Snippet
            label={t("verify.checkpoint")}
            text={checkpoint.data.data.checkpoint.trim()}
            wrap
          />
        </Section>
      )}
    </>
  );
}

interface Found {
  proof: { leaf_index: number; tree_size: number; leaf_hash: string };
  included: boolean;
  signed: boolean | undefined;
}

function Entry(props: {
  entry: AuditEntry;
  found: Found | undefined;
  error: unknown;
  fileName: string;
}) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const actorText = useActorText();
  const { entry, found } = props;
  return (
    <li>
      <header>
        <b>{actionText(entry)}</b>
        <span className="muted">
          {t("home.by", { name: actorText(entry.username) })}, <Moment at={entry.timestamp} />
        </span>
        <Verdict found={found} failed={Boolean(props.error)} />
      </header>
      {props.error !== undefined && <ErrorNotice error={props.error} />}
      {found && (
        <>
          <Facts
            facts={[
              [
                t("proof.place"),
                t("proof.placeOf", {
                  n: formatNumber(found.proof.leaf_index + 1),
                  size: formatNumber(found.proof.tree_size),
                }),
              ],
              [t("proof.leaf"), <Identifier key="leaf" text={found.proof.leaf_hash} full />],
            ]}
          />
          <p>
            <Button
              small
              icon={Download}
              onClick={() => saveText(JSON.stringify(found.proof, null, 2), props.fileName)}
            >
              {t("proof.download")}
            </Button>
          </p>
        </>
      )}
    </li>
  );
}

function Verdict({ found, failed }: { found: Found | undefined; failed: boolean }) {
  const { t } = useTranslation();
  if (failed || !("subtle" in crypto))
    return <Label tone="idle" icon={CircleHelp} text={t("proof.unknown")} />;
  if (!found) return <Label tone="accent" icon={CircleDashed} text={t("revocation.measuring")} />;
  if (!found.included || found.signed === false)
    return <Label tone="expired" icon={ShieldAlert} text={t("proof.broken")} />;
  return (
    <Label
      tone="active"
      icon={ShieldCheck}
      text={t(found.signed ? "proof.sound" : "proof.soundUnsigned")}
    />
  );
}
