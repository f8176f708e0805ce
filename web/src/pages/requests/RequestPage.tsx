import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Download, KeyRound, PenLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { base } from "../../api/client";
import { BackLink } from "../../components/BackLink";
import { Breakable } from "../../components/Breakable";
import { Anchor, Button, ButtonLink } from "../../components/Button";
import { Identifier, Snippet } from "../../components/Copy";
import { LoadingPage } from "../../components/LoadingPage";
import { Moment } from "../../components/Moment";
import { Facts, Page, Section } from "../../components/Page";
import styles from "../../components/List.module.css";
import { colons, formatKey } from "../../format";
import { useActorText } from "../activity/useActorText";
import { ExtensionsTab } from "../certificates/detail/ExtensionsTab";
import { NotFoundPage } from "../NotFoundPage";
import { AttachKeyDialog } from "./AttachKeyDialog";
import { DeleteRequestsDialog } from "./DeleteRequestsDialog";
import { RequestState } from "./RequestState";
import { SignDialog } from "./SignDialog";

export function RequestPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const actorText = useActorText();
  const id = Number(useParams({ from: "/shell/requests/$id" }).id);
  const [dialog, setDialog] = useState<"sign" | "delete" | "key">();
  const detail = useQuery({
    queryKey: ["csrs", "one", id],
    queryFn: () => api.get("/csrs/{csr_id}", { path: { csr_id: id } }),
    enabled: Number.isInteger(id),
  });
  const close = () => setDialog(undefined);
  const above = <BackLink to="/requests">{t("nav.requests")}</BackLink>;

  if (!Number.isInteger(id) || (detail.error instanceof ApiError && detail.error.status === 404)) {
    return <NotFoundPage what={t("request.notFound")} />;
  }
  const request = detail.data?.data;
  if (!request) {
    return <LoadingPage title={t("request.title")} above={above} query={detail} />;
  }

  const name = request.name || request.subject || t("request.title");
  const pending = request.status === "pending";
  return (
    <Page
      title={<Breakable text={name} />}
      name={name}
      above={above}
      lead={<RequestState status={request.status} />}
      actions={
        <>
          <Anchor icon={Download} href={`${base}/csrs/${id}/export`} download>
            {t("export.button")}
          </Anchor>
          {pending && !request.has_private_key && (
            <Button icon={KeyRound} needs="write:csrs" onClick={() => setDialog("key")}>
              {t("request.addKey")}
            </Button>
          )}
          <Button icon={Trash2} needs="delete:csrs" onClick={() => setDialog("delete")}>
            {t("request.delete")}
          </Button>
          {pending ? (
            <Button
              look="primary"
              icon={PenLine}
              needs="write:certificates"
              onClick={() => setDialog("sign")}
            >
              {t("request.sign")}
            </Button>
          ) : (
            request.certificate_id && (
              <ButtonLink
                look="primary"
                to="/certificates/$id"
                params={{ id: String(request.certificate_id) }}
                search={{} as never}
              >
                {t("issue.show")}
              </ButtonLink>
            )
          )}
        </>
      }
    >
      <div className={styles.overview}>
        <Section title={t("request.asks")} card>
          <Facts
            facts={[
              [
                t("fact.names"),
                request.sans.length > 0
                  ? request.sans.map(({ type, value }) => (
                      <div key={type + value}>
                        <Identifier text={value} full />
                      </div>
                    ))
                  : t("fact.noNames"),
              ],
              [t("fact.subject"), <Breakable key="subject" text={request.subject || "–"} />],
              [t("issue.key"), formatKey(request.key_type)],
              [t("fact.signature"), request.signature_algorithm],
              [
                t("fact.privateKey"),
                request.has_private_key
                  ? t("fact.keyHere")
                  : request.certificate_id && request.source === "generated"
                    ? t("request.keyMoved")
                    : t("fact.keyElsewhere"),
              ],
            ]}
          />
        </Section>
        <Section title={t("fact.about")} card>
          <Facts
            facts={[
              [t("request.requester"), actorText(request.requester)],
              [t("request.received"), <Moment key="at" at={request.created_at} as="full" />],
              [
                t("column.source"),
                request.source === "generated" ? t("request.madeHere") : t("request.madeElsewhere"),
              ],
              ...(request.department
                ? ([[t("request.department"), request.department]] as [string, string][])
                : []),
              ...(request.signed_at
                ? ([
                    [t("request.signedBy"), actorText(request.signed_by)],
                    [t("column.issued"), <Moment key="signed" at={request.signed_at} as="full" />],
                  ] as [string, React.ReactNode][])
                : []),
              [
                "SHA-256",
                <Identifier key="sha256" text={colons(request.fingerprint)} head={23} tail={11} />,
              ],
            ]}
          />
        </Section>
        {request.extensions.length > 0 && (
          <div className={styles.wide}>
            <Section title={t("certificate.extensions")} card>
              <ExtensionsTab extensions={request.extensions} />
            </Section>
          </div>
        )}
        <div className={styles.wide}>
          <Section title="PEM" card>
            <Snippet label="PEM" text={request.csr_pem.trim()} wrap />
          </Section>
        </div>
      </div>
      {dialog === "sign" && (
        <SignDialog requests={[request]} onDone={() => undefined} onClose={close} />
      )}
      {dialog === "key" && <AttachKeyDialog request={request} onClose={close} />}
      {dialog === "delete" && (
        <DeleteRequestsDialog
          requests={[request]}
          onDone={() => void navigate({ to: "/requests" })}
          onClose={close}
        />
      )}
    </Page>
  );
}
