import { useMutation } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../api";
import { askPasskey, passkeyProblem } from "../auth/passkey";
import { Button } from "../components/Button";
import { ErrorNotice } from "../components/ErrorNotice";
import styles from "./LoginPage.module.css";

/** Signs in with a passkey, instead of a password or after it. */
export function PasskeyButton(props: {
  label: string;
  look?: "primary" | "plain";
  onDone: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const enter = useMutation({
    mutationFn: async () => {
      const { data } = await api.post("/auth/login/webauthn/start", { body: {} });
      const response = await askPasskey(data.options);
      return api.post("/auth/login/webauthn/verify", { body: { response } });
    },
    onSuccess: () => props.onDone(),
  });
  const problem = passkeyProblem(enter.error);
  return (
    <>
      <Button
        look={props.look ?? "plain"}
        icon={Fingerprint}
        busy={enter.isPending}
        onClick={() => enter.mutate()}
      >
        {props.label}
      </Button>
      {problem ? (
        <p className={styles.note} role="alert">
          {t(`passkey.problem_${problem}`)}
        </p>
      ) : (
        enter.isError && <ErrorNotice error={enter.error} />
      )}
    </>
  );
}
