import { useTranslation } from "react-i18next";

import { Dialog } from "../components/Dialog";
import styles from "./HelpDialog.module.css";

const keys = [
  ["Ctrl K / ⌘K", "help.palette"],
  ["/", "help.search"],
  ["j  k", "help.rows"],
  ["Enter", "help.open"],
  ["x", "help.select"],
  ["Esc", "help.close"],
  ["?", "help.help"],
] as const;

export function HelpDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("help.title")} size="small" onClose={props.onClose}>
      <dl className={styles.keys}>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split(/ {2}| \/ /).map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t("help.queryTitle")}</h3>
      <p className={styles.query}>
        <code>status:due</code> <code>source:acme</code> <code>expires&lt;14d</code>{" "}
        <code>expires&gt;2027-01-01</code>
      </p>
      <p className="muted">{t("help.queryText")}</p>
    </Dialog>
  );
}
