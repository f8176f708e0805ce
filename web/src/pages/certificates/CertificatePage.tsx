import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Ban, CirclePlay, Maximize2, RefreshCw, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { BackLink } from "../../components/BackLink";
import { Breakable } from "../../components/Breakable";
import { Button, ButtonLink, IconButton } from "../../components/Button";
import { LoadingPage } from "../../components/LoadingPage";
import { Page } from "../../components/Page";
import { CertificateState, isOnHold } from "../../components/State";
import { Tabs } from "../../components/Tabs";
import { NotFoundPage } from "../NotFoundPage";
import { ChainTab } from "./detail/ChainTab";
import { ExtensionsTab } from "./detail/ExtensionsTab";
import { NextAction } from "./detail/NextAction";
import { OverviewTab } from "./detail/OverviewTab";
import { ProofTab } from "./detail/ProofTab";
import { RawTab } from "./detail/RawTab";
import { TimelineTab } from "./detail/TimelineTab";
import { ExportMenu } from "./ExportMenu";
import { ReleaseDialog } from "./ReleaseDialog";
import { RenewDialog } from "./RenewDialog";
import { RevokeDialog } from "./RevokeDialog";
import { readSearch } from "./search";

/** One certificate, at its own address: as a page, or beside the list. */
export function CertificatePage(props: { id: number; sheet?: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: "/shell/certificates" });
  const [dialog, setDialog] = useState<"revoke" | "renew" | "release">();
  const detail = useQuery({
    queryKey: ["certificate", props.id],
    queryFn: () => api.get("/certificates/{cert_id}", { path: { cert_id: props.id } }),
    enabled: Number.isInteger(props.id),
  });
  const { tab, ...list } = search;
  const toList = () => void navigate({ to: "/certificates", search: list, resetScroll: false });

  useEffect(() => {
    if (!props.sheet) return;
    const press = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open], [role=menu]")) {
        void navigate({
          to: "/certificates",
          search: (before) => {
            const { tab: _, ...rest } = readSearch(before as Record<string, unknown>);
            return rest;
          },
          resetScroll: false,
        });
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [props.sheet, navigate]);

  if (
    !Number.isInteger(props.id) ||
    (detail.error instanceof ApiError && detail.error.status === 404)
  ) {
    return <NotFoundPage what={t("certificate.notFound")} />;
  }

  const above = props.sheet ? (
    <>
      <IconButton icon={X} label={t("certificate.closeSheet")} onClick={toList} side="right" />
      <IconButton
        icon={Maximize2}
        label={t("certificate.fullPage")}
        side="right"
        onClick={() =>
          void navigate({
            to: "/certificates/$id",
            params: { id: String(props.id) },
            search,
            state: {},
            replace: true,
          })
        }
      />
    </>
  ) : (
    <BackLink to="/certificates" search={list}>
      {t("nav.certificates")}
    </BackLink>
  );

  const certificate = detail.data?.data;
  if (!certificate) {
    return (
      <LoadingPage
        title={t("certificate.title")}
        above={above}
        beside={props.sheet ?? false}
        query={detail}
      />
    );
  }

  const held = isOnHold(certificate);
  const dead = !held && (certificate.status === "revoked" || certificate.status === "expired");
  return (
    <Page
      title={<Breakable text={certificate.common_name} />}
      name={certificate.common_name}
      above={above}
      beside={props.sheet ?? false}
      lead={<CertificateState status={certificate.status} reason={certificate.revoke_reason} />}
      actions={
        <>
          <ExportMenu certificate={certificate} />
          <Button
            icon={RefreshCw}
            needs="write:certificates"
            blocked={
              (certificate.revoked && t("renew.revoked")) ||
              (!certificate.private_key_available && t("renew.noKey"))
            }
            onClick={() => setDialog("renew")}
          >
            {t("renew.submit")}
          </Button>
          {held && (
            <Button
              icon={CirclePlay}
              needs="write:certificates"
              onClick={() => setDialog("release")}
            >
              {t("revoke.release")}
            </Button>
          )}
          <Button
            icon={Ban}
            needs="write:certificates"
            blocked={dead && t(certificate.revoked ? "revoke.already" : "revoke.expired")}
            onClick={() => setDialog("revoke")}
          >
            {t("revoke.button")}
          </Button>
        </>
      }
    >
      <NextAction certificate={certificate} onRenew={() => setDialog("renew")} />
      <Tabs
        label={t("certificate.title")}
        value={tab ?? "overview"}
        onChange={(id) =>
          void navigate({
            to: "/certificates/$id",
            params: { id: String(props.id) },
            search: { ...list, ...(id === "overview" ? {} : { tab: id }) },
            state: { sheet: props.sheet ?? false },
            replace: true,
            resetScroll: false,
          })
        }
        tabs={[
          {
            id: "overview",
            label: t("certificate.overview"),
            content: <OverviewTab certificate={certificate} />,
          },
          {
            id: "chain",
            label: t("certificate.chain"),
            count: certificate.chain.length,
            content: <ChainTab certificate={certificate} />,
          },
          {
            id: "extensions",
            label: t("certificate.extensions"),
            count: certificate.extensions.length,
            content: <ExtensionsTab extensions={certificate.extensions} />,
          },
          { id: "raw", label: t("certificate.raw"), content: <RawTab certificate={certificate} /> },
          {
            id: "timeline",
            label: t("certificate.timeline"),
            content: <TimelineTab entries={certificate.timeline} />,
          },
          {
            id: "proof",
            label: t("certificate.proof"),
            content: <ProofTab certificate={certificate} />,
          },
        ]}
      />
      {dialog === "revoke" && (
        <RevokeDialog certificate={certificate} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "release" && (
        <ReleaseDialog certificate={certificate} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "renew" && (
        <RenewDialog certificate={certificate} onClose={() => setDialog(undefined)} />
      )}
      {props.sheet && certificate.ca_id !== undefined && (
        <p>
          <ButtonLink look="ghost" to="/authorities/$id" params={{ id: String(certificate.ca_id) }}>
            {t("certificate.showIssuer")}
          </ButtonLink>
        </p>
      )}
    </Page>
  );
}
