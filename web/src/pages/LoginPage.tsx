import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Eye, EyeOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { safeNext } from "../address";
import { api, ApiError } from "../api";
import { sessionQuery } from "../auth/session";
import { passkeysWork } from "../auth/passkey";
import { Button, ButtonLink, IconButton } from "../components/Button";
import { Snippet } from "../components/Copy";
import { ErrorNotice } from "../components/ErrorNotice";
import { Form, TextField } from "../components/Field";
import { EntryFrame } from "./EntryFrame";
import { PasskeyButton } from "./PasskeyButton";
import { SecondStep } from "./SecondStep";
import { setupLinkCommand } from "./setup/command";
import styles from "./LoginPage.module.css";

const route = getRouteApi("/login");

export function LoginPage() {
  const { t } = useTranslation();
  const { next, expired } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [factors, setFactors] = useState<string[]>();

  const setup = useQuery({ queryKey: ["setup"], queryFn: () => api.get("/setup"), retry: false });
  const methods = useQuery({
    queryKey: ["login", "methods"],
    queryFn: () => api.get("/auth/methods"),
    retry: false,
  }).data?.data;
  const mails = useQuery({
    queryKey: ["login", "mails"],
    queryFn: () => api.get("/auth/email-configured"),
    retry: false,
  }).data?.data.configured;
  const session = useQuery(sessionQuery).data;
  useEffect(() => {
    document.title = `${t("login.title")} · Certwright`;
  }, [t]);
  useEffect(() => {
    if (session?.authenticated) void navigate({ href: safeNext(next), replace: true });
  }, [session, next, navigate]);

  const login = useMutation({
    mutationFn: () =>
      api.post("/auth/login/password", { body: { username: username.trim(), password } }),
    onSuccess: ({ data }) => (data.requires_2fa ? setFactors(data.second_factors) : enter()),
    onError: () => setPassword(""),
  });
  const enter = async () => {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
  };
  if (setup.data?.data.needed) {
    return (
      <EntryFrame>
        <h1>{t("login.setupNeeded")}</h1>
        <p className={styles.host}>{t("login.setupNeededText")}</p>
        <Snippet label={t("setup.title")} text={setupLinkCommand} wrap />
      </EntryFrame>
    );
  }

  if (factors) {
    return (
      <EntryFrame>
        <SecondStep
          factors={factors}
          onDone={enter}
          onBack={() => {
            setPassword("");
            setFactors(undefined);
          }}
        />
      </EntryFrame>
    );
  }

  const wrong = login.error instanceof ApiError && login.error.status === 401;

  return (
    <EntryFrame>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (username.trim() && password && !login.isPending) login.mutate();
        }}
      >
        <h1>{t("login.title")}</h1>
        <p className={styles.host}>{window.location.host}</p>
        {expired && !login.isError && (
          <p className={styles.note} role="status">
            {t("login.expired")}
          </p>
        )}
        <Form>
          <TextField
            label={t("login.username")}
            name="username"
            autoComplete="username"
            autoFocus
            required
            value={username}
            onChange={setUsername}
          />
          <TextField
            label={t("login.password")}
            name="password"
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            required
            value={password}
            onChange={setPassword}
            error={wrong && t("login.wrong")}
            end={
              <IconButton
                icon={shown ? EyeOff : Eye}
                label={shown ? t("login.hide") : t("login.show")}
                onClick={() => setShown(!shown)}
              />
            }
          />
          {login.isError && !wrong && <ErrorNotice error={login.error} />}
          <Button type="submit" look="primary" busy={login.isPending}>
            {t("login.submit")}
          </Button>
          {methods?.webauthn && passkeysWork() && (
            <PasskeyButton label={t("passkey.signIn")} onDone={enter} />
          )}
          {mails && (
            <ButtonLink to="/forgot-password" look="ghost">
              {t("forgot.link")}
            </ButtonLink>
          )}
        </Form>
      </form>
    </EntryFrame>
  );
}
