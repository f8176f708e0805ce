import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, Columns2, Diff } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { api, type CertificateDetail } from "../../api";
import { BackLink } from "../../components/BackLink";
import { Breakable } from "../../components/Breakable";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox } from "../../components/Field";
import { Page } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { CertificateState, Label } from "../../components/State";
import { colons, formatKey, formatMoment, formatNumber } from "../../format";
import { useSourceText } from "./columns";
import { differs, extensionRows, onlyIn, subjects, type Subject } from "./compare";
import styles from "./Compare.module.css";

const useCertificate = (id: number | undefined) =>
  useQuery({
    queryKey: ["certificate", id],
    queryFn: () => api.get("/certificates/{cert_id}", { path: { cert_id: id ?? 0 } }),
    enabled: id !== undefined,
  });

/** Two certificates side by side; what differs is marked. */
export function ComparePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { left: leftId, right: rightId } = useSearch({ from: "/shell/certificates/compare" });
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const first = useCertificate(leftId);
  const second = useCertificate(rightId);
  const left = first.data?.data;
  const right = second.data?.data;
  const failed = first.error ?? second.error;
  const page = {
    title: t("compare.title"),
    above: (
      <BackLink to="/certificates" search={{}}>
        {t("nav.certificates")}
      </BackLink>
    ),
  };

  if (leftId === undefined || rightId === undefined) {
    return (
      <Page {...page}>
        <EmptyState
          icon={Columns2}
          title={t("compare.none")}
          action={
            <ButtonLink to="/certificates" look="primary">
              {t("nav.certificates")}
            </ButtonLink>
          }
        >
          {t("compare.noneText")}
        </EmptyState>
      </Page>
    );
  }
  if (!left || !right) {
    return (
      <Page {...page}>
        {failed ? (
          <ErrorNotice
            error={failed}
            onRetry={() => void Promise.all([first.refetch(), second.refetch()])}
          />
        ) : (
          <SkeletonLines lines={12} label={t("common.loading")} />
        )}
      </Page>
    );
  }
  return (
    <Page
      {...page}
      lead={t("compare.lead")}
      actions={
        <Button
          icon={ArrowLeftRight}
          onClick={() =>
            void navigate({
              to: "/certificates/compare",
              search: { left: rightId, right: leftId },
              replace: true,
            })
          }
        >
          {t("compare.swap")}
        </Button>
      }
    >
      <Checkbox label={t("compare.only")} checked={onlyDifferent} onChange={setOnlyDifferent} />
      <Table left={left} right={right} onlyDifferent={onlyDifferent} />
    </Page>
  );
}

interface Row {
  id: string;
  title: ReactNode;
  left: ReactNode;
  right: ReactNode;
  differs: boolean;
}

function useRows(left: CertificateDetail, right: CertificateDetail): Row[] {
  const { t } = useTranslation();
  const sourceText = useSourceText();
  const titles: Record<Subject, string> = {
    state: t("column.state"),
    subject: t("fact.subject"),
    names: t("fact.names"),
    issuer: t("column.issuer"),
    valid_from: t("authority.from"),
    valid_to: t("column.until"),
    lifetime: t("template.validity"),
    key: t("issue.key"),
    signature: t("fact.signature"),
    use: t("issue.use"),
    source: t("column.source"),
    template: t("template.choose"),
    serial: t("fact.serial"),
    sha256: "SHA-256",
    ski: t("fact.ski"),
    aki: t("fact.aki"),
  };
  const uses = { server: t("use.server"), client: t("use.client"), combined: t("use.combined") };
  const mono = (text: string) => (
    <span className="mono">
      <Breakable text={text || "–"} />
    </span>
  );
  const cell = (subject: Subject, one: CertificateDetail, other: CertificateDetail): ReactNode => {
    switch (subject) {
      case "state":
        return <CertificateState status={one.status} reason={one.revoke_reason} />;
      case "names":
        return <Names one={one} other={other} />;
      case "valid_from":
      case "valid_to":
        return <span className="num">{formatMoment(one[subject])}</span>;
      case "lifetime":
        return t("lifetime.daysLong", {
          count: one.lifetime_days,
          n: formatNumber(one.lifetime_days),
        });
      case "key":
        return formatKey(one.key_type);
      case "signature":
        return one.signature_algorithm;
      case "use":
        return uses[one.cert_type as keyof typeof uses] ?? one.cert_type;
      case "source":
        return sourceText(one.source);
      case "template":
        return one.template_id
          ? `${one.template_name || one.template_id}, ${t("template.version", { n: one.template_version ?? 1 })}`
          : "–";
      case "serial":
        return mono(one.serial_number);
      case "sha256":
        return mono(colons(one.thumbprint_sha256));
      case "ski":
      case "aki":
        return mono(colons(one[subject]));
      default:
        return <Breakable text={one[subject] || "–"} />;
    }
  };
  const value = (one: { critical: boolean; value: string } | undefined) =>
    one ? (
      <>
        {one.critical && <em>{t("extension.critical")}</em>} {mono(one.value)}
      </>
    ) : (
      <span className="faint">{t("compare.absent")}</span>
    );
  return [
    ...subjects.map((subject) => ({
      id: subject,
      title: titles[subject],
      left: cell(subject, left, right),
      right: cell(subject, right, left),
      differs: differs(subject, left, right),
    })),
    ...extensionRows(left.extensions, right.extensions).map((row) => ({
      id: row.oid,
      title: (
        <>
          {row.name} <code>{row.oid}</code>
        </>
      ),
      left: value(row.left),
      right: value(row.right),
      differs: row.differs,
    })),
  ];
}

/** Each name on its line; those that the other has not are marked. */
function Names(props: { one: CertificateDetail; other: CertificateDetail }) {
  const { t } = useTranslation();
  const alone = onlyIn(props.one, props.other);
  if (props.one.sans.length === 0) return <>–</>;
  return (
    <ul className={styles.names}>
      {props.one.sans.map(({ type, value }) => (
        <li key={type + value} data-alone={alone.has(`${type}:${value}`) || undefined}>
          <Breakable text={value} />
          {alone.has(`${type}:${value}`) && <small>{t("compare.onlyHere")}</small>}
        </li>
      ))}
    </ul>
  );
}

function Table(props: {
  left: CertificateDetail;
  right: CertificateDetail;
  onlyDifferent: boolean;
}) {
  const { t } = useTranslation();
  const rows = useRows(props.left, props.right);
  const shown = props.onlyDifferent ? rows.filter((row) => row.differs) : rows;
  const heading = (one: CertificateDetail) => (
    <Link to="/certificates/$id" params={{ id: String(one.id) }} search={{}}>
      <Breakable text={one.common_name} />
    </Link>
  );
  return (
    <div className={styles.frame}>
      {/* Explicit roles: on phones, the two values stand one above the other. */}
      <table className={styles.table} role="table">
        <caption>
          {t("compare.count", { count: rows.filter((row) => row.differs).length, of: rows.length })}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              <span className="visually-hidden">{t("compare.what")}</span>
            </th>
            <th role="columnheader" scope="col">
              {heading(props.left)}
            </th>
            <th role="columnheader" scope="col">
              {heading(props.right)}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((row) => (
            <tr key={row.id} role="row" data-differs={row.differs || undefined}>
              <th role="rowheader" scope="row">
                <span>{row.title}</span>
                {row.differs ? (
                  <Label tone="due" icon={Diff} text={t("compare.differs")} />
                ) : (
                  <span className="visually-hidden">{t("compare.same")}</span>
                )}
              </th>
              <td role="cell">{row.left}</td>
              <td role="cell">{row.right}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
