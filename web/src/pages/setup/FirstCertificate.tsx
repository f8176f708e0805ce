import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "../../components/Button";
import { Identifier, Snippet } from "../../components/Copy";
import { Choice } from "../../components/Field";
import { colons } from "../../format";
import { LiveProvider } from "../../live/LiveProvider";
import { clientNames, curlSnippet, fetchRoot, snippet } from "../enrolment/snippets";
import { usePlace } from "../enrolment/usePlace";
import { RootInstall } from "./RootInstall";
import styles from "./Setup.module.css";
import { Watch } from "./Watch";

const ways = ["certbot", "lego", "curl"] as const;
type Way = (typeof ways)[number];

/** Set-up is done; the proof of it is a certificate. */
export function FirstCertificate() {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>("certbot");
  const { place, root } = usePlace();
  return (
    <LiveProvider>
      <h1>{t("first.title")}</h1>
      <p className={styles.lead}>{t("first.text")}</p>
      <Choice<Way>
        label={t("enrolment.client")}
        value={way}
        onChange={setWay}
        options={ways.map((value) => ({
          value,
          label: value === "curl" ? "curl (API)" : clientNames[value],
        }))}
      />
      <div className={styles.paste}>
        <h2>{t("first.trust")}</h2>
        {root && <Snippet label={t("first.trust")} text={fetchRoot(place)} />}
        {root && (
          <p>
            {t("first.compare")} <Identifier text={colons(root.thumbprint_sha256)} full />
          </p>
        )}
        {root && <RootInstall root={root} />}
        <h2>{t("first.run")}</h2>
        <Snippet
          label={t("first.run")}
          text={way === "curl" ? curlSnippet(place) : snippet(way, place)}
        />
        {way === "curl" && <p className="muted">{t("first.keyHint")}</p>}
      </div>
      <Watch acme={way !== "curl"} />
      <div className={styles.actions}>
        <ButtonLink to="/enrolment" look="ghost">
          {t("first.more")}
        </ButtonLink>
        <ButtonLink to="/" look="primary">
          {t("first.done")}
        </ButtonLink>
      </div>
    </LiveProvider>
  );
}
