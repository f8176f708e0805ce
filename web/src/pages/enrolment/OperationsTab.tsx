import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CirclePlay, Construction } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { admin } from "../../api/admin";
import { Button } from "../../components/Button";
import { DeleteDialog } from "../../components/DeleteDialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import styles from "./Enrolment.module.css";
import { Notifications } from "./Notifications";

/** What an administrator of ACME does now and then: maintenance, messages to contacts. */
export function OperationsTab() {
  return (
    <div className={styles.main}>
      <Maintenance />
      <Notifications />
    </div>
  );
}

function Maintenance() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const mode = useQuery({
    queryKey: ["acme", "maintenance"],
    queryFn: () => admin.get("/maintenance"),
  });
  const set = async (enabled: boolean) => {
    const answer = await admin.post("/maintenance", { body: { enabled } });
    queries.setQueryData(["acme", "maintenance"], answer);
    toast(t(enabled ? "operations.begun" : "operations.ended"));
  };
  const end = useMutation({ mutationFn: () => set(false) });
  const on = mode.data?.maintenance_mode;
  return (
    <Section
      title={t("operations.maintenance")}
      card
      aside={
        on !== undefined && (
          <Label
            tone={on ? "due" : "active"}
            icon={on ? Construction : CircleCheck}
            text={t(on ? "enrolment.on" : "enrolment.off")}
          />
        )
      }
    >
      {on === undefined ? (
        <Pending query={mode} lines={2} />
      ) : (
        <div className={styles.secret}>
          <p className="muted">{t("operations.maintenanceText")}</p>
          <div>
            {on ? (
              <Button
                look="primary"
                icon={CirclePlay}
                needs="admin:system"
                busy={end.isPending}
                onClick={() => end.mutate()}
              >
                {t("operations.end")}
              </Button>
            ) : (
              <Button icon={Construction} needs="admin:system" onClick={() => setAsking(true)}>
                {t("operations.begin")}
              </Button>
            )}
          </div>
          {end.isError && <ErrorNotice error={end.error} />}
        </div>
      )}
      {asking && (
        <DeleteDialog
          title={t("operations.beginTitle")}
          lead={t("operations.maintenanceText")}
          submit={t("operations.beginSubmit")}
          onClose={() => setAsking(false)}
          remove={async () => {
            await set(true);
            setAsking(false);
          }}
        />
      )}
    </Section>
  );
}
