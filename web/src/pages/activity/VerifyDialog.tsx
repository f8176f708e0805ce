import { useQuery } from "@tanstack/react-query";
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { Identifier, Snippet } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { Facts } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { formatNumber } from "../../format";
import styles from "./Activity.module.css";

/** Whether the log is what was signed, in plain words, with what others need to check it. */
export function VerifyDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const verdict = useQuery({
    queryKey: ["verify"],
    queryFn: () => api.get("/audit/verify"),
    // What it says holds for the moment at which it was asked.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  const checkpoint = useQuery({
    queryKey: ["verify", "checkpoint"],
    queryFn: () => api.get("/audit/checkpoint"),
    gcTime: 0,
    retry: false,
  }).data?.data;
  const found = verdict.data?.data;
  const Icon = found?.valid === false ? ShieldAlert : ShieldCheck;

  return (
    <Dialog
      title={t("verify.title")}
      lead={t("verify.lead")}
      onClose={props.onClose}
      footer={
        <>
          <Button
            className="start"
            look="ghost"
            busy={verdict.isFetching}
            onClick={() => void verdict.refetch()}
          >
            {t("verify.again")}
          </Button>
          <Button look="primary" onClick={props.onClose}>
            {t("common.close")}
          </Button>
        </>
      }
    >
      {verdict.isError || !found ? (
        <Pending query={verdict} lines={5} />
      ) : (
        <div className={styles.verdict}>
          <div
            className={found.valid ? styles.sound : styles.broken}
            role={found.valid ? "status" : "alert"}
          >
            <Icon aria-hidden />
            <div>
              <b>{found.valid ? t("verify.sound") : t("verify.broken")}</b>
              <p>
                {found.valid
                  ? t("verify.soundText", {
                      count: found.checked,
                      n: formatNumber(found.checked),
                    })
                  : t("verify.brokenText")}
              </p>
            </div>
          </div>
          {found.errors.length > 0 && (
            <ul className={styles.findings} aria-label={t("verify.broken")}>
              {found.errors.map((finding, index) => (
                <li key={index}>
                  {finding.id !== undefined && finding.id !== null && (
                    <b className="num">{t("verify.entry", { id: finding.id })}</b>
                  )}{" "}
                  {finding.error}
                </li>
              ))}
            </ul>
          )}
          <Facts
            facts={[
              [
                t("verify.size"),
                <span key="size" className="num">
                  {formatNumber(found.tree_size)}
                </span>,
              ],
              [t("verify.root"), <Identifier key="root" text={found.root_hash} full />],
              ...(checkpoint
                ? ([
                    [t("verify.key"), <Identifier key="key" text={checkpoint.verifier_key} full />],
                  ] as [string, React.ReactNode][])
                : []),
            ]}
          />
          {checkpoint && (
            <>
              <p className="muted">{t("verify.checkpointText")}</p>
              <Snippet label={t("verify.checkpoint")} text={checkpoint.checkpoint.trim()} wrap />
            </>
          )}
        </div>
      )}
    </Dialog>
  );
}
