import type { TFunction } from "i18next";
import { CircleAlert, RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ApiError, NetworkError } from "../api";
import { useRestricted } from "../auth/restricted";
import { Button } from "./Button";
import { Identifier } from "./Copy";
import styles from "./ErrorNotice.module.css";

/** What went wrong, why, what to do, and the request id to ask about. */
export function ErrorNotice(props: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const restricted = useRestricted();
  const { title, detail, requestId, fields } = describe(props.error, t, restricted);
  return (
    <div className={styles.notice} role="alert">
      <CircleAlert aria-hidden />
      <div>
        <b>{title}</b>
        {detail && <p>{detail}</p>}
        {fields.length > 0 && (
          <ul>
            {fields.map((entry) => (
              <li key={entry.field}>
                <code>{entry.field}</code> {entry.reason}
              </li>
            ))}
          </ul>
        )}
        {requestId && (
          <p className={styles.id}>
            {t("error.requestId")} <Identifier text={requestId} full />
          </p>
        )}
      </div>
      {props.onRetry && (
        <Button small icon={RotateCw} onClick={props.onRetry}>
          {t("common.retry")}
        </Button>
      )}
    </div>
  );
}

function describe(error: unknown, t: TFunction, restricted: boolean) {
  if (error instanceof NetworkError) {
    return { title: t("error.network"), detail: t("error.networkHelp"), fields: [] };
  }
  if (error instanceof ApiError) {
    const help =
      error.status === 403
        ? t(restricted ? "error.restrictedHelp" : "error.forbiddenHelp")
        : error.status === 429
          ? t("error.slowDown", { count: error.retryAfter ?? 60 })
          : error.status >= 500
            ? t("error.serverHelp")
            : undefined;
    return { title: error.message, detail: help, requestId: error.requestId, fields: error.fields };
  }
  return {
    title: t("error.unexpected"),
    detail: error instanceof Error ? error.message : undefined,
    fields: [],
  };
}
