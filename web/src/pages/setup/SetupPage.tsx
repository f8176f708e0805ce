import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Body, type Data } from "../../api";
import { setCsrfToken } from "../../api/client";
import { sessionQuery } from "../../auth/session";
import { ButtonLink } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { ErrorNotice } from "../../components/ErrorNotice";
import { SkeletonLines } from "../../components/Skeleton";
import { EntryFrame } from "../EntryFrame";
import { AdministratorStep } from "./AdministratorStep";
import { AuthoritiesStep } from "./AuthoritiesStep";
import { setupLinkCommand } from "./command";
import { FirstCertificate } from "./FirstCertificate";
import { OrganizationStep } from "./OrganizationStep";
import styles from "./Setup.module.css";

export type Preview = Data<"post", "/setup/preview">;
export type SetupRequest = Body<"post", "/setup">;

const steps = ["organization", "administrator", "authorities", "first"] as const;

/** The token travels in the fragment, which browsers do not send; then in the body. */
function readToken() {
  return new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "";
}

export function SetupPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [token] = useState(readToken);
  const [at, setAt] = useState(0);
  const [draft, setDraft] = useState<Omit<SetupRequest, "token">>();

  const preview = useMutation({
    mutationFn: () => api.post("/setup/preview", { body: { token } }),
    onSuccess: ({ data }) =>
      setDraft({
        organization: data.organization,
        admin: { username: data.suggested_username, password: "" },
      }),
  });
  const { mutate: look } = preview;
  useEffect(() => {
    look();
  }, [look]);
  useEffect(() => {
    document.title = `${t("setup.title")} · Certwright`;
  }, [t]);

  const finish = useMutation({
    mutationFn: (request: SetupRequest) => api.post("/setup", { body: request }),
    onSuccess: ({ data }) => {
      setCsrfToken(data.csrf_token);
      queries.setQueryData(sessionQuery.queryKey, {
        authenticated: true,
        user: data.user,
        role: data.role,
        permissions: data.permissions,
        csrf_token: data.csrf_token,
        auth_method: data.auth_method,
      });
      // The token has served; it need not stand in the history.
      window.history.replaceState(window.history.state, "", "/setup");
      setAt(3);
    },
  });

  const data = preview.data?.data;
  if (!data || !draft) {
    return (
      <EntryFrame wide>
        <h1>{t("setup.title")}</h1>
        {preview.isError ? (
          <Refused error={preview.error} />
        ) : (
          <SkeletonLines lines={5} label={t("common.loading")} />
        )}
      </EntryFrame>
    );
  }
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });

  return (
    <EntryFrame wide>
      <ol className={styles.steps} aria-label={t("setup.progress")}>
        {steps.map((step, index) => (
          <li
            key={step}
            data-done={index < at || undefined}
            aria-current={index === at ? "step" : undefined}
          >
            <i>{index < at ? <Check aria-hidden /> : index + 1}</i>
            <span>{t(`setup.${step}`)}</span>
          </li>
        ))}
      </ol>
      {at === 0 && (
        <OrganizationStep
          value={draft.organization ?? ""}
          onNext={(organization) => {
            change({ organization });
            setAt(1);
          }}
        />
      )}
      {at === 1 && (
        <AdministratorStep
          value={draft.admin}
          onBack={() => setAt(0)}
          onNext={(admin) => {
            change({ admin });
            setAt(2);
          }}
        />
      )}
      {at === 2 && (
        <AuthoritiesStep
          existing={data.authorities}
          organization={draft.organization ?? ""}
          busy={finish.isPending}
          error={finish.error}
          onBack={() => setAt(1)}
          onNext={(authorities) => {
            const { authorities: _, ...rest } = draft;
            finish.mutate({ ...rest, token, ...(authorities ? { authorities } : {}) });
          }}
        />
      )}
      {at === 3 && <FirstCertificate />}
    </EntryFrame>
  );
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error instanceof ApiError && error.status === 409) {
    return (
      <>
        <p className={styles.lead}>{t("setup.already")}</p>
        <ButtonLink to="/login" look="primary">
          {t("login.title")}
        </ButtonLink>
      </>
    );
  }
  if (error instanceof ApiError && (error.status === 403 || error.status === 400)) {
    return (
      <>
        <p className={styles.lead}>{t("setup.wrongToken")}</p>
        <p className={styles.help}>{t("setup.wrongTokenHelp")}</p>
        <Snippet label={t("setup.title")} text={setupLinkCommand} wrap />
      </>
    );
  }
  return <ErrorNotice error={error} />;
}
