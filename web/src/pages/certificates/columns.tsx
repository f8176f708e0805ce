import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import type { Column } from "../../components/DataTable";
import { DaysLeft, LifetimeBar } from "../../components/LifetimeBar";
import lists from "../../components/List.module.css";
import { Moment } from "../../components/Moment";
import { OtherNames } from "../../components/OtherNames";
import { CertificateState } from "../../components/State";
import { TagLine } from "../../components/Tags";
import { useActorText } from "../activity/useActorText";
import styles from "./CertificatesPage.module.css";
import { sources, type CertificateSearch, type Source } from "./search";

export function useSourceText() {
  const { t } = useTranslation();
  return (source: string) =>
    (sources as readonly string[]).includes(source) ? t(`source.${source as Source}`) : source;
}

/** The column of tags takes its room where there are some. */
export function useCertificateColumns(
  search: CertificateSearch,
  rows: Certificate[] | undefined,
): Column<Certificate>[] {
  const { t } = useTranslation();
  const sourceText = useSourceText();
  const actorText = useActorText();
  const tagged = rows?.some(({ tags }) => tags.length > 0);
  return [
    {
      id: "name",
      title: t("column.name"),
      sort: "common_name",
      card: "title",
      cell: (certificate) => (
        <span className={lists.name}>
          <Link
            to="/certificates/$id"
            params={{ id: String(certificate.id) }}
            search={search}
            state={{ sheet: true }}
            resetScroll={false}
            title={certificate.common_name}
          >
            {certificate.common_name}
          </Link>
          <OtherNames name={certificate.common_name} sans={certificate.sans} />
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "7rem",
      cell: (certificate) => (
        <CertificateState status={certificate.status} reason={certificate.revoke_reason} />
      ),
    },
    {
      id: "left",
      title: t("column.left"),
      sort: "valid_to",
      card: "line",
      width: "15rem",
      cell: (certificate) => (
        <span className={styles.left}>
          <DaysLeft to={certificate.valid_to} status={certificate.status} />
          <LifetimeBar
            from={certificate.valid_from}
            to={certificate.valid_to}
            status={certificate.status}
          />
        </span>
      ),
    },
    ...(tagged
      ? ([
          {
            id: "tags",
            title: t("column.tags"),
            from: "medium",
            width: "11rem",
            cell: (certificate) => <TagLine tags={certificate.tags} most={2} />,
          },
        ] satisfies Column<Certificate>[])
      : []),
    {
      id: "until",
      title: t("column.until"),
      from: tagged ? "huge" : "large",
      width: "8rem",
      cell: (certificate) => <Moment at={certificate.valid_to} as="day" />,
    },
    {
      id: "issuer",
      title: t("column.issuer"),
      from: "huge",
      width: "15%",
      cell: (certificate) => (
        <span className={lists.clip} title={certificate.issuer_name}>
          {certificate.issuer_name}
        </span>
      ),
    },
    {
      id: "source",
      title: t("column.source"),
      from: "medium",
      width: "6.5rem",
      cell: (certificate) => sourceText(certificate.source),
    },
    {
      id: "owner",
      title: t("column.owner"),
      from: "medium",
      card: "end",
      width: "8rem",
      cell: (certificate) => (
        <span className={lists.clip} title={certificate.created_by}>
          {certificate.created_by ? actorText(certificate.created_by) : "–"}
        </span>
      ),
    },
    {
      id: "issued",
      title: t("column.issued"),
      sort: "created_at",
      from: "large",
      width: "8.5rem",
      cell: (certificate) => <Moment at={certificate.created_at} />,
    },
  ];
}
