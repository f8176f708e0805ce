import { useQuery } from "@tanstack/react-query";
import { KeyRound, ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { profileQuery } from "../../auth/session";
import { Button } from "../../components/Button";
import { Section } from "../../components/Page";
import { OnOff } from "../../components/State";
import { CodeDialog } from "./CodeDialog";
import { SecondFactorDialog } from "./SecondFactorDialog";
import styles from "./Settings.module.css";

/** TOTP: whether it is on, and what is left for the day the device is lost. */
export function SecondFactorSection() {
  const { t } = useTranslation();
  const on = useQuery(profileQuery).data?.data.two_factor_enabled;
  const [dialog, setDialog] = useState<"on" | "off" | "codes">();
  const left = useQuery({
    queryKey: ["account", "recovery-codes"],
    queryFn: () => api.get("/account/2fa/recovery-codes"),
    enabled: on === true,
    retry: false,
  }).data?.data.count;
  const close = () => setDialog(undefined);
  if (on === undefined) return null;
  return (
    <Section title={t("secondFactor.title")} card aside={<OnOff on={on} />}>
      <div className={styles.form}>
        <p className={styles.intro}>
          {on
            ? left === undefined
              ? t("secondFactor.onText")
              : `${t("secondFactor.onText")} ${t("secondFactor.left", { count: left })}`
            : t("secondFactor.offText")}
        </p>
        <div className={styles.actions}>
          {on ? (
            <>
              <Button icon={KeyRound} onClick={() => setDialog("codes")}>
                {t("secondFactor.newCodes")}
              </Button>
              <Button icon={ShieldOff} onClick={() => setDialog("off")}>
                {t("secondFactor.turnOff")}
              </Button>
            </>
          ) : (
            <Button look="primary" icon={ShieldCheck} onClick={() => setDialog("on")}>
              {t("secondFactor.turnOn")}
            </Button>
          )}
        </div>
      </div>
      {dialog === "on" && <SecondFactorDialog onClose={close} />}
      {(dialog === "off" || dialog === "codes") && <CodeDialog purpose={dialog} onClose={close} />}
    </Section>
  );
}
