import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Guilloche } from "../components/Guilloche";
import { Logo } from "../components/Logo";
import { currentLanguage, languages, setLanguage } from "../i18n";
import styles from "./EntryFrame.module.css";

/** The frame of the pages before sign-in: the work on one side, an engraved rosette on the other. */
export function EntryFrame(props: { wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={props.wide ? `${styles.entry} ${styles.wide}` : styles.entry}>
      <div className={styles.side}>
        <header className={styles.brand}>
          <Logo size={26} />
          <span>Certwright</span>
        </header>
        <main className={styles.main}>{props.children}</main>
        <footer className={styles.foot}>
          <span className="visually-hidden">{t("appearance.language")}</span>
          {languages.map(({ code, name }) => (
            <button
              key={code}
              type="button"
              lang={code}
              aria-pressed={currentLanguage() === code}
              onClick={() => void setLanguage(code)}
            >
              {name}
            </button>
          ))}
        </footer>
      </div>
      <div className={styles.art} aria-hidden>
        <Guilloche />
      </div>
    </div>
  );
}
