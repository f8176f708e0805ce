import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, LoaderCircle } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { asStrings, identifierValues, problemText } from "../../api/loose";
import styles from "./Setup.module.css";

/** What has arrived since the page was opened, as it arrives. */
export function Watch(props: { acme: boolean }) {
  const { t } = useTranslation();
  const [since] = useState(() => new Date(Date.now() - 5_000).toISOString());
  const every = { refetchInterval: 2_000, staleTime: 0 };
  const accounts = useQuery({
    queryKey: ["acme", "watch", "accounts"],
    queryFn: () => api.get("/acme/accounts", { query: { page: 1, per_page: 5 } }),
    ...every,
    enabled: props.acme,
  });
  const orders = useQuery({
    queryKey: ["acme", "watch", "orders"],
    queryFn: () => api.get("/acme/orders", { query: { page: 1, per_page: 5 } }),
    ...every,
    enabled: props.acme,
  });
  const certificates = useQuery({
    queryKey: ["certificates", "watch"],
    queryFn: () => api.get("/certificates", { query: { page: 1, per_page: 5 } }),
    ...every,
  });
  const isNew = (one: { created_at: string }) => Date.parse(one.created_at) >= Date.parse(since);
  const account = accounts.data?.data.find(isNew);
  const order = orders.data?.data.find(isNew);
  const certificate = certificates.data?.data.find((one) => isNew(one) && one.source !== "system");

  return (
    <section className={styles.watch} aria-label={t("watch.title")}>
      <ol aria-live="polite">
        {props.acme && (
          <>
            <Step done={account !== undefined || order !== undefined} text={t("watch.account")}>
              {account &&
                (asStrings(account.contact)[0]?.replace(/^mailto:/, "") ?? account.account_id)}
            </Step>
            <Step
              done={order?.status === "valid" || certificate !== undefined}
              failed={order?.status === "invalid"}
              started={order !== undefined}
              text={t("watch.order")}
            >
              {order &&
                (problemText(order.error) ?? identifierValues(order.identifiers).join(", "))}
            </Step>
          </>
        )}
        <Step done={certificate !== undefined} text={t("watch.certificate")}>
          {certificate && (
            <Link to="/certificates/$id" params={{ id: String(certificate.id) }} search={{}}>
              {certificate.common_name}
            </Link>
          )}
        </Step>
      </ol>
      <p className="muted">{certificate ? t("watch.done") : t("watch.waiting")}</p>
    </section>
  );
}

function Step(props: {
  done: boolean;
  started?: boolean;
  failed?: boolean;
  text: string;
  children: ReactNode;
}) {
  return (
    <li
      data-state={
        props.done ? "done" : props.failed ? "failed" : props.started ? "started" : "waiting"
      }
    >
      <i>
        {props.done ? (
          <Check aria-hidden />
        ) : props.started && !props.failed ? (
          <LoaderCircle aria-hidden />
        ) : null}
      </i>
      <span>{props.text}</span>
      {props.children && <small>{props.children}</small>}
    </li>
  );
}
