import { useMutation } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { refusal } from "../../api";
import { admin } from "../../api/admin";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextArea } from "../../components/Field";
import { Label } from "../../components/State";
import type { CsrProfile } from "./CsrProfileDialog";
import styles from "./Enrolment.module.css";

/** What a request would break: each rule by its sentence. Nothing is issued. */
export function CsrTestDialog(props: { profile: CsrProfile; onClose: () => void }) {
  const { t } = useTranslation();
  const [csr, setCsr] = useState("");
  const test = useMutation({
    mutationFn: () =>
      admin.post("/csr-profiles/{profile_id}/validate", {
        path: { profile_id: props.profile.id },
        body: { csr },
      }),
  });
  const verdict = test.data;
  return (
    <Dialog
      title={t("csrProfile.testTitle", { name: props.profile.name })}
      lead={t("csrProfile.testLead")}
      locked={test.isPending}
      onSubmit={() => csr.trim() && test.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.close")}</Button>
          <Button type="submit" look="primary" busy={test.isPending}>
            {t("csrProfile.check")}
          </Button>
        </>
      }
    >
      <Form>
        <TextArea
          label={t("csrProfile.csr")}
          placeholder="-----BEGIN CERTIFICATE REQUEST-----"
          rows={8}
          mono
          autoFocus
          value={csr}
          onChange={setCsr}
          error={refusal(test.error, "csr")}
        />
        <div role="status">
          {verdict?.valid && (
            <Label tone="active" icon={CircleCheck} text={t("csrProfile.passes")} />
          )}
          {verdict && !verdict.valid && (
            <div className={styles.problem}>
              <p>{t("csrProfile.breaks", { count: verdict.violations.length })}</p>
              <ul className={styles.violations}>
                {verdict.violations.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </div>
          )}
        </div>
        {test.isError && <ErrorNotice error={test.error} />}
      </Form>
    </Dialog>
  );
}
