import { ArrowRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../components/Button";
import { Form, TextField } from "../../components/Field";
import styles from "./Setup.module.css";

export function OrganizationStep(props: { value: string; onNext: (organization: string) => void }) {
  const { t } = useTranslation();
  const [organization, setOrganization] = useState(props.value);
  const [tried, setTried] = useState(false);
  const missing = organization.trim() === "";
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!missing) props.onNext(organization.trim());
      }}
    >
      <h1>{t("setup.welcome")}</h1>
      <p className={styles.lead}>{t("setup.welcomeText")}</p>
      <Form>
        <TextField
          label={t("setup.organization")}
          hint={t("setup.organizationHint")}
          autoComplete="organization"
          autoCapitalize="words"
          autoFocus
          maxLength={64}
          value={organization}
          onChange={setOrganization}
          error={tried && missing && t("setup.organizationMissing")}
        />
      </Form>
      <div className={styles.actions}>
        <Button type="submit" look="primary">
          {t("setup.next")} <ArrowRight aria-hidden />
        </Button>
      </div>
    </form>
  );
}
