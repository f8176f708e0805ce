import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { CertificateRequest } from "../../api";
import type { Column } from "../../components/DataTable";
import { Moment } from "../../components/Moment";
import { OtherNames } from "../../components/OtherNames";
import styles from "../../components/List.module.css";
import { formatKey } from "../../format";
import { useActorText } from "../activity/useActorText";
import { RequestState } from "./RequestState";

export function useRequestColumns(): Column<CertificateRequest>[] {
  const { t } = useTranslation();
  const actorText = useActorText();
  return [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (request) => (
        <span className={styles.name}>
          <Link to="/requests/$id" params={{ id: String(request.id) }} title={request.name}>
            {request.name || request.subject || request.fingerprint.slice(0, 16)}
          </Link>
          <OtherNames name={request.name} sans={request.sans} />
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "8.5rem",
      cell: ({ status }) => <RequestState status={status} />,
    },
    {
      id: "key",
      title: t("issue.key"),
      from: "medium",
      width: "8rem",
      cell: ({ key_type }) => formatKey(key_type),
    },
    {
      id: "keyPlace",
      title: t("fact.privateKey"),
      from: "large",
      width: "9.5rem",
      cell: (request) => (request.has_private_key ? t("fact.keyHere") : t("fact.keyElsewhere")),
    },
    {
      id: "requester",
      title: t("request.requester"),
      from: "medium",
      card: "end",
      width: "9rem",
      cell: (request) => (
        <span className={styles.clip} title={request.requester}>
          {actorText(request.requester)}
        </span>
      ),
    },
    {
      id: "created",
      title: t("request.received"),
      card: "line",
      width: "9rem",
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
}
