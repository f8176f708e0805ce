import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Anchor } from "../../components/Button";
import { CopyButton } from "../../components/Copy";
import { Section } from "../../components/Page";
import { colons } from "../../format";
import styles from "./Enrolment.module.css";

interface Root {
  name: string;
  refid: string;
  thumbprint_sha256: string;
}

/** What every client must trust, and the fingerprint that proves it is the right one. */
export function RootCard(props: { root: Root }) {
  const { t } = useTranslation();
  const { root } = props;
  const fingerprint = colons(root.thumbprint_sha256);
  return (
    <Section title={t("enrolment.root")} card>
      <p className={styles.rootName}>{root.name}</p>
      <div className={styles.fingerprint}>
        <code>
          {(fingerprint.match(/.{1,24}/g) ?? []).map((line) => (
            <span key={line}>{line.replace(/:$/, "")}</span>
          ))}
        </code>
        <CopyButton text={fingerprint} />
      </div>
      <p className="muted">{t("enrolment.rootText")}</p>
      <div className={styles.downloads}>
        <Anchor small icon={Download} href={`/ca/${root.refid}.pem`} download={`${root.name}.pem`}>
          PEM
        </Anchor>
        <Anchor small icon={Download} href={`/ca/${root.refid}.cer`} download={`${root.name}.cer`}>
          DER (.cer)
        </Anchor>
      </div>
    </Section>
  );
}
