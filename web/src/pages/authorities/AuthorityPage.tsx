import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Ban, CirclePlay, Download, RefreshCw, Settings2, Signature, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Authority } from "../../api";
import { base } from "../../api/client";
import { useCan } from "../../auth/useCan";
import { BackLink } from "../../components/BackLink";
import { Button, ButtonLink } from "../../components/Button";
import { Identifier } from "../../components/Copy";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { LifeSpan } from "../../components/LifeSpan";
import { LoadingPage } from "../../components/LoadingPage";
import { Menu, MenuItem } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Facts, Page, Section } from "../../components/Page";
import { toast } from "../../components/toasts";
import { colons, formatDay, formatKey, formatNumber, formatRelative } from "../../format";
import { useCertificateColumns } from "../certificates/columns";
import { NotFoundPage } from "../NotFoundPage";
import { AuthorityState } from "./AuthorityState";
import styles from "./Authorities.module.css";
import { CrossSignDialog } from "./CrossSignDialog";
import { DeleteAuthorityDialog } from "./DeleteAuthorityDialog";
import { FurtherCertificates } from "./FurtherCertificates";
import { authorityWindow, lifeStatus } from "./life";
import { Limits } from "./Limits";
import { Points } from "./Points";
import { PublishingDialog } from "./PublishingDialog";
import { casQuery } from "./queries";
import { ReleaseAuthorityDialog } from "./ReleaseAuthorityDialog";
import { RenewAuthorityDialog } from "./RenewAuthorityDialog";
import { isGone, isHeld, rightToRevoke } from "./revoked";
import { RevokeAuthorityDialog } from "./RevokeAuthorityDialog";
import { RevokedNotice } from "./RevokedNotice";
import { useCrls } from "./useCrls";

export function AuthorityPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { id: text } = useParams({ from: "/shell/authorities/$id" });
  const id = Number(text);
  const detail = useQuery({
    queryKey: ["cas", id],
    queryFn: () => api.get("/cas/{ca_id}", { path: { ca_id: id } }),
    enabled: Number.isInteger(id),
  });
  const [dialog, setDialog] = useState<"renew" | "cross" | "revoke" | "release" | "delete">();
  const crl = useCrls()?.find(({ ca_id }) => ca_id === id);
  const above = <BackLink to="/authorities">{t("nav.authorities")}</BackLink>;

  if (!Number.isInteger(id) || (detail.error instanceof ApiError && detail.error.status === 404)) {
    return <NotFoundPage what={t("authority.notFound")} />;
  }
  const authority = detail.data?.data;
  if (!authority) {
    return <LoadingPage title={t("authority.title")} above={above} query={detail} />;
  }

  const save = (format: string) => () =>
    window.location.assign(`${base}/cas/${id}/export?format=${format}`);
  return (
    <Page
      title={authority.name}
      above={above}
      lead={
        <span className={styles.summary}>
          <AuthorityState authority={authority} crl={crl} />
          <span>
            {authority.is_root ? t("authority.root") : t("authority.intermediate")} ·{" "}
            {t("authority.validUntil", {
              day: formatDay(authority.valid_to),
              relative: formatRelative(authority.valid_to),
            })}
          </span>
        </span>
      }
      actions={
        <>
          <Button icon={Signature} needs="write:cas" onClick={() => setDialog("cross")}>
            {t("crossSign.open")}
          </Button>
          <Button
            icon={RefreshCw}
            needs="write:cas"
            blocked={!authority.has_private_key && t("authority.noKey")}
            onClick={() => setDialog("renew")}
          >
            {t("renewCa.open")}
          </Button>
          <Menu align="end" trigger={<Button icon={Download}>{t("export.button")}</Button>}>
            <MenuItem hint=".pem" onSelect={save("pem")}>
              {t("export.pem")}
            </MenuItem>
            {!authority.is_root && (
              <MenuItem hint="-chain.pem" onSelect={save("chain")}>
                {t("export.chain")}
              </MenuItem>
            )}
            <MenuItem hint=".der" onSelect={save("der")}>
              {t("export.der")}
            </MenuItem>
          </Menu>
          {isHeld(authority) && (
            <Button
              icon={CirclePlay}
              needs={rightToRevoke(can)}
              onClick={() => setDialog("release")}
            >
              {t("revoke.release")}
            </Button>
          )}
          <Button
            icon={Ban}
            needs={rightToRevoke(can)}
            blocked={
              authority.is_root
                ? t("revokeCa.root")
                : !authority.parent_id
                  ? t("revokeCa.elsewhere")
                  : isGone(authority) && t("revokeCa.already")
            }
            onClick={() => setDialog("revoke")}
          >
            {t("revoke.button")}
          </Button>
          <Button icon={Trash2} needs="delete:cas" onClick={() => setDialog("delete")}>
            {t("request.delete")}
          </Button>
        </>
      }
    >
      <RevokedNotice authority={authority} />
      <LifeSpan
        from={authority.valid_from}
        to={authority.valid_to}
        status={lifeStatus(authority)}
        window={authorityWindow}
      />
      <div className={styles.columns}>
        <Identity authority={authority} />
        <Revocation authority={authority} />
      </div>
      <Limits authority={authority} />
      {authority.has_private_key && can("read:crl") && <Points authority={authority} />}
      <FurtherCertificates authority={authority} />
      <Issued authority={authority} />
      {dialog === "renew" && (
        <RenewAuthorityDialog authority={authority} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "revoke" && (
        <RevokeAuthorityDialog authority={authority} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "release" && (
        <ReleaseAuthorityDialog authority={authority} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "delete" && (
        <DeleteAuthorityDialog authority={authority} onClose={() => setDialog(undefined)} />
      )}
      {dialog === "cross" && (
        <CrossSignDialog authority={authority} onClose={() => setDialog(undefined)} />
      )}
    </Page>
  );
}

function Identity({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const parent = useQuery(casQuery).data?.data.find(({ id }) => id === authority.parent_id);
  return (
    <Section title={t("fact.about")} card>
      <Facts
        facts={[
          [t("fact.subject"), authority.subject],
          [
            t("column.issuer"),
            authority.is_root ? (
              t("authority.itself")
            ) : parent ? (
              <Link key="parent" to="/authorities/$id" params={{ id: String(parent.id) }}>
                {parent.name}
              </Link>
            ) : (
              authority.issuer
            ),
          ],
          [t("authority.from"), <Moment key="from" at={authority.valid_from} as="full" />],
          [t("column.until"), <Moment key="to" at={authority.valid_to} as="full" />],
          [t("issue.key"), `${formatKey(authority.key_type)}, ${authority.signature_algorithm}`],
          [
            t("fact.privateKey"),
            authority.has_private_key ? t("fact.keyHere") : t("fact.keyElsewhere"),
          ],
          [
            t("authority.pathLength"),
            authority.path_length === undefined || authority.path_length === null
              ? t("authority.unlimited")
              : t("authority.levels", { count: authority.path_length }),
          ],
          [t("fact.serial"), <Identifier key="serial" text={authority.serial_number} full />],
          ["SHA-256", <Identifier key="sha" text={colons(authority.thumbprint_sha256)} full />],
          [t("fact.ski"), <Identifier key="ski" text={colons(authority.ski)} full />],
        ]}
      />
    </Section>
  );
}

function Revocation({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const crl = useCrls()?.find(({ ca_id }) => ca_id === authority.id);
  const [configuring, setConfiguring] = useState(false);
  const regenerate = useMutation({
    mutationFn: () => api.post("/crl/{ca_id}/regenerate", { path: { ca_id: authority.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["crl"] });
      toast(t("authority.crlDone"));
    },
  });
  const address = (url: string | null | undefined, enabled: boolean) =>
    url && enabled ? (
      <Identifier text={url} full />
    ) : (
      <span className="faint">{t("authority.off")}</span>
    );

  return (
    <Section title={t("authority.revocation")} card>
      <Facts
        facts={[
          [t("authority.crlAddress"), address(authority.cdp_url, authority.cdp_enabled)],
          [t("authority.ocspAddress"), address(authority.ocsp_url, authority.ocsp_enabled)],
          [
            t("authority.aiaAddress"),
            address(authority.aia_ca_issuers_url, authority.aia_ca_issuers_enabled),
          ],
          ...(crl
            ? ([
                [
                  t("authority.crlNumber"),
                  <span key="n" className="num">
                    {crl.crl_number}
                  </span>,
                ],
                [t("authority.crlMade"), <Moment key="made" at={crl.this_update} as="full" />],
                [t("authority.crlNext"), <Moment key="next" at={crl.next_update} as="full" />],
                [
                  t("authority.revokedCount"),
                  <span key="c" className="num">
                    {formatNumber(crl.revoked_count)}
                  </span>,
                ],
              ] as [string, React.ReactNode][])
            : []),
        ]}
      />
      {regenerate.isError && <ErrorNotice error={regenerate.error} />}
      <div className={styles.crl}>
        <span className="muted">
          {crl?.is_stale ? t("authority.crlStaleText") : t("authority.crlFresh")}
        </span>
        <Button
          small
          icon={Settings2}
          needs="write:crl"
          blocked={!authority.has_private_key && t("authority.noKey")}
          onClick={() => setConfiguring(true)}
        >
          {t("publishing.open")}
        </Button>
        <Button
          small
          icon={RefreshCw}
          needs="write:crl"
          blocked={!authority.has_private_key && t("authority.noKey")}
          busy={regenerate.isPending}
          onClick={() => regenerate.mutate()}
        >
          {t("authority.crlRegenerate")}
        </Button>
      </div>
      {configuring && (
        <PublishingDialog authority={authority} onClose={() => setConfiguring(false)} />
      )}
    </Section>
  );
}

function Issued({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = { ca: authority.id };
  const issued = useQuery({
    queryKey: ["certificates", "of", authority.id],
    queryFn: () =>
      api.get("/certificates", { query: { ca_id: authority.id, page: 1, per_page: 8 } }),
  });
  const columns = useCertificateColumns({}, issued.data?.data).filter(({ id }) => id !== "issuer");
  const children =
    useQuery(casQuery).data?.data.filter(({ parent_id }) => parent_id === authority.id) ?? [];
  return (
    <>
      {children.length > 0 && (
        <Section title={t("authority.signed")} card>
          <Facts
            facts={children.map((child) => [
              <Link key={child.id} to="/authorities/$id" params={{ id: String(child.id) }}>
                {child.name}
              </Link>,
              t("authority.validUntil", {
                day: formatDay(child.valid_to),
                relative: formatRelative(child.valid_to),
              }),
            ])}
          />
        </Section>
      )}
      {issued.data && issued.data.data.length > 0 && (
        <Section
          title={t("authority.latest")}
          card
          flush
          aside={
            <ButtonLink
              look="ghost"
              small
              className="flush-end"
              to="/certificates"
              search={search as never}
            >
              {t("authority.all", { n: formatNumber(authority.certificates_count) })}
            </ButtonLink>
          }
        >
          <div className={styles.issuedTable}>
            <DataTable
              caption={t("authority.latest")}
              columns={columns}
              rows={issued.data.data}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: "/certificates/$id", params: { id: String(id) }, search: {} })
              }
            />
          </div>
        </Section>
      )}
    </>
  );
}
