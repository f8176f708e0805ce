import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Download,
  RefreshCw,
  Settings2,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Authority, type Crl } from "../../api";
import { useCan } from "../../auth/useCan";
import { ButtonLink } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import lists from "../../components/List.module.css";
import { MenuItem, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { PublishingDialog } from "../authorities/PublishingDialog";
import { respondersQuery } from "./queries";
import styles from "./Revocation.module.css";
import type { AllMeasured } from "./useMeasured";

/** Each authority's list, its delta, and who answers for it by OCSP. */
export function AuthorityLists(props: {
  authorities: Authority[] | undefined;
  crls: Crl[] | undefined;
  measured: AllMeasured;
}) {
  const { t } = useTranslation();
  const responders = useQuery(respondersQuery).data?.data;
  const [publishing, setPublishing] = useState<Authority>();
  const crlOf = (id: number) => props.crls?.find(({ ca_id }) => ca_id === id);

  return (
    <Section title={t("nav.authorities")} card flush>
      <div className={styles.table}>
        <DataTable<Authority>
          caption={t("revocation.byAuthority")}
          rows={props.crls && props.authorities}
          rowKey={({ id }) => id}
          skeleton={2}
          empty={
            <EmptyState
              icon={Ban}
              title={t("revocation.none")}
              action={<ButtonLink to="/authorities">{t("nav.authorities")}</ButtonLink>}
            >
              {t("revocation.noneText")}
            </EmptyState>
          }
          columns={[
            {
              id: "name",
              title: t("column.name"),
              card: "title",
              cell: (authority) => (
                <span className={lists.name}>
                  <Link to="/authorities/$id" params={{ id: String(authority.id) }}>
                    {authority.name}
                  </Link>
                  <small>
                    {t("revocation.entries", {
                      count: crlOf(authority.id)?.revoked_count ?? 0,
                      n: formatNumber(crlOf(authority.id)?.revoked_count ?? 0),
                    })}
                  </small>
                </span>
              ),
            },
            {
              id: "state",
              title: t("points.title"),
              card: "state",
              width: "11rem",
              cell: ({ id }) => <Seen measured={props.measured} id={id} />,
            },
            {
              id: "list",
              title: t("points.crl"),
              card: "line",
              named: true,
              width: "11rem",
              cell: ({ id }) => <ListCell crl={crlOf(id)} />,
            },
            {
              id: "delta",
              title: t("points.delta_crl"),
              from: "medium",
              width: "11rem",
              cell: ({ id }) => <ListCell crl={crlOf(id)?.delta_crl ?? undefined} />,
            },
            {
              id: "ocsp",
              title: t("revocation.ocspSigner"),
              from: "medium",
              width: "12rem",
              cell: ({ id }) => {
                const responder = responders?.find(({ ca_id }) => ca_id === id);
                if (!responder) return <span className="faint">–</span>;
                return (
                  <span className={styles.two}>
                    {t(`revocation.by_${responder.signed_by}`)}
                    {responder.valid_to && (
                      <small>
                        {t("revocation.until")} <Moment at={responder.valid_to} />
                      </small>
                    )}
                  </span>
                );
              },
            },
            {
              id: "actions",
              title: t("revocation.actions"),
              card: "end",
              align: "end",
              width: "5.5rem",
              cell: (authority) => (
                <Actions
                  authority={authority}
                  crl={crlOf(authority.id)}
                  measured={props.measured}
                  onPublishing={() => setPublishing(authority)}
                />
              ),
            },
          ]}
        />
      </div>
      {publishing && (
        <PublishingDialog authority={publishing} onClose={() => setPublishing(undefined)} />
      )}
    </Section>
  );
}

/** What a client finds, in a word. */
function Seen(props: { measured: AllMeasured; id: number }) {
  const { t } = useTranslation();
  const answer = props.measured.of(props.id);
  const points = answer?.data?.data;
  if (answer?.isFetching && !points)
    return <Label tone="accent" icon={CircleDashed} text={t("revocation.measuring")} />;
  if (!points) return <Label tone="idle" icon={CircleDashed} text={t("revocation.notMeasured")} />;
  const bad = points.filter(({ is_fresh }) => !is_fresh).length;
  return bad === 0 ? (
    <Label tone="active" icon={CircleCheck} text={t("points.fresh")} />
  ) : (
    <Label tone="expired" icon={CircleX} text={t("points.notFresh_count", { count: bad })} />
  );
}

function ListCell({ crl }: { crl: Omit<Crl, "delta_crl"> | undefined }) {
  const { t } = useTranslation();
  if (!crl) return <span className="faint">{t("authority.noCrl")}</span>;
  return (
    <span className={styles.two}>
      <span className="num">{t("revocation.number", { n: formatNumber(crl.crl_number) })}</span>
      <small>
        {t(crl.is_stale ? "revocation.since" : "revocation.until")} <Moment at={crl.next_update} />
      </small>
    </span>
  );
}

function Actions(props: {
  authority: Authority;
  crl: Crl | undefined;
  measured: AllMeasured;
  onPublishing: () => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const { id, name, has_private_key } = props.authority;
  const make = useMutation({
    mutationFn: (delta: boolean) =>
      delta
        ? api.post("/crl/{ca_id}/delta/regenerate", { path: { ca_id: id } })
        : api.post("/crl/{ca_id}/regenerate", { path: { ca_id: id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["crl"] });
      void props.measured.of(id)?.refetch();
      toast(t("authority.crlDone"));
    },
    onError: (error) => toast(error instanceof ApiError ? error.message : t("error.unexpected")),
  });
  const may = can("write:crl") && has_private_key;
  return (
    <RowMenu label={t("revocation.actionsOf", { name })} busy={make.isPending}>
      <MenuItem icon={RefreshCw} disabled={!may} onSelect={() => make.mutate(false)}>
        {t("authority.crlRegenerate")}
      </MenuItem>
      {props.crl?.delta_crl && (
        <MenuItem icon={RefreshCw} disabled={!may} onSelect={() => make.mutate(true)}>
          {t("revocation.deltaRegenerate")}
        </MenuItem>
      )}
      <MenuItem icon={Settings2} disabled={!may} onSelect={props.onPublishing}>
        {t("publishing.open")}
      </MenuItem>
      {props.crl && (
        <MenuItem
          icon={Download}
          hint=".crl"
          onSelect={() => window.location.assign(`/crl/${props.authority.refid}.crl`)}
        >
          {t("revocation.download")}
        </MenuItem>
      )}
    </RowMenu>
  );
}
