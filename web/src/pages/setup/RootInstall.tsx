import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Anchor } from "../../components/Button";
import { Identifier } from "../../components/Copy";
import { Choice } from "../../components/Field";
import { colons } from "../../format";
import styles from "./Setup.module.css";

const systems = ["windows", "macos", "linux", "ios", "android"] as const;
type System = (typeof systems)[number];
const names: Record<System, string> = {
  windows: "Windows",
  macos: "macOS",
  linux: "Linux",
  ios: "iOS",
  android: "Android",
};

function guess(): System {
  const agent = navigator.userAgent;
  if (/iPhone|iPad/.test(agent)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Windows/.test(agent)) return "windows";
  return /Mac OS X/.test(agent) ? "macos" : "linux";
}

export function RootInstall(props: {
  root: { name: string; refid: string; thumbprint_sha256: string };
}) {
  const { t } = useTranslation();
  const [system, setSystem] = useState(guess);
  const { root } = props;
  return (
    <details className={styles.install}>
      <summary>{t("first.browser")}</summary>
      <div>
        <Choice<System>
          label={t("first.system")}
          value={system}
          onChange={setSystem}
          options={systems.map((value) => ({ value, label: names[value] }))}
        />
        <p>{t(`install.${system}`)}</p>
        <p>
          <Anchor
            small
            icon={Download}
            href={`/ca/${root.refid}.${system === "linux" ? "pem" : "cer"}`}
            download
          >
            {t("first.download", { name: root.name })}
          </Anchor>
        </p>
        <p className={styles.print}>
          SHA-256 <Identifier text={colons(root.thumbprint_sha256)} full />
        </p>
      </div>
    </details>
  );
}
