import { CircleCheck, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { IconButton } from "./Button";
import { subscribeToasts, type ToastEntry } from "./toasts";
import styles from "./Toast.module.css";

/** Confirms the user's own actions, in the corner; the record is in Activity. */
export function Toasts() {
  const { t } = useTranslation();
  const [entries, setEntries] = useState<ToastEntry[]>([]);

  useEffect(
    () =>
      subscribeToasts((entry) => {
        setEntries((all) => [...all.slice(-2), entry]);
        setTimeout(() => setEntries((all) => all.filter(({ id }) => id !== entry.id)), 6_000);
      }),
    [],
  );

  return (
    <div className={styles.corner} role="status">
      {entries.map((entry) => (
        <div key={entry.id} className={styles.toast}>
          <CircleCheck aria-hidden />
          <span>{entry.text}</span>
          <IconButton
            icon={X}
            label={t("common.close")}
            onClick={() => setEntries((all) => all.filter(({ id }) => id !== entry.id))}
          />
        </div>
      ))}
    </div>
  );
}
