import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { AuditEntry } from "../../api";
import { Identifier, Snippet } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { Facts } from "../../components/Page";
import { Label } from "../../components/State";
import { formatMoment, formatUtc } from "../../format";
import { useActionText } from "./useActionText";
import { useActorText } from "./useActorText";

export function EntryDrawer(props: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const actorText = useActorText();
  const { entry } = props;
  return (
    <Dialog
      side
      title={actionText(entry)}
      lead={
        entry.success ? (
          <Label tone="active" icon={CircleCheck} text={t("activity.done")} />
        ) : (
          <Label tone="expired" icon={CircleX} text={t("activity.failed")} />
        )
      }
      onClose={props.onClose}
    >
      <Facts
        facts={[
          [t("activity.object"), <ObjectLink key="object" entry={entry} />],
          [
            t("activity.who"),
            entry.username.startsWith("acme:") ? (
              <Identifier key="who" text={entry.username} full />
            ) : (
              actorText(entry.username)
            ),
          ],
          [t("activity.when"), formatMoment(entry.timestamp)],
          [
            "UTC",
            <span key="utc" className="num">
              {formatUtc(entry.timestamp)}
            </span>,
          ],
          [t("activity.action"), <Identifier key="action" text={entry.action} full />],
          [
            t("activity.address"),
            entry.ip_address ? <Identifier key="ip" text={entry.ip_address} full /> : "–",
          ],
          [t("activity.agent"), entry.user_agent || "–"],
          [
            t("error.requestId"),
            entry.request_id ? <Identifier key="request" text={entry.request_id} full /> : "–",
          ],
        ]}
      />
      {entry.details && <Snippet label={t("activity.details")} text={pretty(entry.details)} wrap />}
    </Dialog>
  );
}

function ObjectLink({ entry }: { entry: AuditEntry }): ReactNode {
  const name = entry.resource_name || entry.resource_id || "–";
  const params = { id: entry.resource_id ?? "" };
  if (entry.resource_id && entry.resource_type === "certificate") {
    return (
      <Link to="/certificates/$id" params={params} search={{}}>
        {name}
      </Link>
    );
  }
  if (entry.resource_id && (entry.resource_type === "ca" || entry.resource_type === "authority")) {
    return (
      <Link to="/authorities/$id" params={params}>
        {name}
      </Link>
    );
  }
  return name;
}

function pretty(details: string) {
  try {
    return JSON.stringify(JSON.parse(details), null, 2);
  } catch {
    return details;
  }
}
