import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Clock, RotateCw, Send } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../../api";
import { Button } from "../../../components/Button";
import { Snippet } from "../../../components/Copy";
import { Dialog } from "../../../components/Dialog";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Moment } from "../../../components/Moment";
import { Pending } from "../../../components/Pending";
import { Label } from "../../../components/State";
import { toast } from "../../../components/toasts";
import styles from "../Settings.module.css";
import type { Delivery, Webhook } from "./queries";
import { useEventText } from "./useEventText";

const looks = {
  waiting: { tone: "idle", icon: Clock },
  delivered: { tone: "active", icon: CircleCheck },
  failed: { tone: "expired", icon: CircleX },
} as const;

/** What was sent to a webhook, what it answered, and once more where it did not. */
export function DeliveriesDrawer(props: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation();
  const { id, name, url } = props.webhook;
  const key = ["settings", "webhooks", "deliveries", id];
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      api.get("/webhooks/{webhook_id}/deliveries", {
        path: { webhook_id: id },
        query: { per_page: 20, cursor: pageParam },
      }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ meta }) => Number(meta?.next_cursor) || undefined,
    refetchInterval: 5_000,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data);
  return (
    <Dialog side title={t("webhook.deliveriesOf", { name })} lead={url} onClose={props.onClose}>
      {!rows ? (
        <Pending query={list} lines={6} />
      ) : rows.length === 0 ? (
        <EmptyState icon={Send} title={t("webhook.noDeliveries")}>
          {t("webhook.noDeliveriesText")}
        </EmptyState>
      ) : (
        <>
          <ul className={styles.deliveries}>
            {rows.map((delivery) => (
              <Item key={delivery.id} webhook={id} delivery={delivery} topic={key} />
            ))}
          </ul>
          {list.hasNextPage && (
            <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("operations.more")}
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}

function Item(props: { webhook: number; delivery: Delivery; topic: unknown[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const text = useEventText();
  const { delivery } = props;
  const retry = useMutation({
    mutationFn: () =>
      api.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/retry", {
        path: { webhook_id: props.webhook, delivery_id: delivery.id },
      }),
    onSuccess: () => toast(t("webhook.retried")),
    onSettled: () => queries.invalidateQueries({ queryKey: props.topic }),
  });
  return (
    <li>
      <details>
        <summary>
          <span className={styles.two}>
            <b>{text(delivery.event)}</b>
            <small>
              <Moment at={delivery.created_at} />
              {delivery.status_code > 0 && ` · HTTP ${delivery.status_code}`}
              {delivery.attempts > 1 &&
                ` · ${t("operations.attempts", { count: delivery.attempts })}`}
            </small>
            {delivery.error && <small className={styles.wrong}>{delivery.error}</small>}
            {delivery.next_attempt_at && delivery.attempts > 0 && (
              <small>
                {t("mail.next")}: <Moment at={delivery.next_attempt_at} />
              </small>
            )}
          </span>
          <Label {...looks[delivery.status]} text={t(`webhook.status_${delivery.status}`)} />
        </summary>
        <Snippet label={t("webhook.payload")} text={pretty(delivery.payload)} wrap />
      </details>
      {delivery.status !== "waiting" && (
        <Button
          small
          icon={RotateCw}
          needs="write:settings"
          busy={retry.isPending}
          aria-label={t("webhook.retryOf", { id: delivery.id })}
          onClick={() => retry.mutate()}
        >
          {t("webhook.retry")}
        </Button>
      )}
      {retry.isError && <ErrorNotice error={retry.error} />}
    </li>
  );
}

/** What was sent, line by line. */
function pretty(payload: unknown) {
  return JSON.stringify(payload, null, 2) ?? "";
}
