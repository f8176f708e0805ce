import { useMutation, useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { profileQuery } from "../../auth/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Section } from "../../components/Page";
import styles from "./Settings.module.css";

/** Sends a message now, and shows what the mail server said. */
export function MailTest(props: { ready: boolean }) {
  const { t } = useTranslation();
  const own = useQuery(profileQuery).data?.data.email;
  const [typed, setTyped] = useState<string>();
  const to = (typed ?? own ?? "").trim();
  const test = useMutation({
    mutationFn: () => api.post("/settings/email/test", { body: { to } }),
  });
  return (
    <Section title={t("mail.test")} card>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (props.ready && to) test.mutate();
        }}
      >
        <div className={styles.add}>
          <TextField
            label={t("mail.testTo")}
            type="email"
            value={typed ?? own ?? ""}
            onChange={setTyped}
            error={refusal(test.error, "to")}
          />
          <Button
            type="submit"
            icon={Send}
            needs="write:settings"
            busy={test.isPending}
            blocked={
              (!props.ready && t("mail.testOff")) || (!to && t("mail.testNobody")) || undefined
            }
          >
            {t("mail.testSend")}
          </Button>
        </div>
        {test.isSuccess && (
          <p className={styles.intro} role="status">
            {t("mail.testSent", { to: test.data.data.to })}
          </p>
        )}
        {test.isError && <ErrorNotice error={test.error} />}
      </form>
    </Section>
  );
}
