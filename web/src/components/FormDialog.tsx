import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { asCurl } from "../api/curl";
import { Button } from "./Button";
import { CopyCurl } from "./Copy";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";
import { Form } from "./Field";

/** A dialog that sends a form: locked meanwhile, and below the fields it says what went wrong. */
export function FormDialog(props: {
  title: ReactNode;
  lead?: ReactNode;
  size?: "small" | "medium" | "large";
  send: { isPending: boolean; error: Error | null; mutate: () => void };
  /** The same request, for a shell. */
  curl?: Parameters<typeof asCurl>[0];
  /** The words on the button that sends it. */
  submit: string;
  look?: "primary" | "danger";
  needs?: string;
  /** Why it cannot be sent now. */
  blocked?: string | false;
  /** Whether it can be sent as filled in; where not, the fields say why. */
  ready?: boolean;
  /** Somebody wants to send it, ready or not. */
  onTry?: () => void;
  /** Shown in place of the error with which sending failed. */
  error?: Error | null;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { send, blocked, ready = true, error = send.error } = props;
  return (
    <Dialog
      title={props.title}
      lead={props.lead}
      size={props.size}
      locked={send.isPending}
      onSubmit={() => {
        props.onTry?.();
        if (ready && !blocked) send.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          {props.curl && <CopyCurl request={props.curl} />}
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look={props.look ?? "primary"}
            needs={props.needs}
            busy={send.isPending}
            blocked={blocked}
          >
            {props.submit}
          </Button>
        </>
      }
    >
      <Form>
        {props.children}
        {error && <ErrorNotice error={error} />}
      </Form>
    </Dialog>
  );
}
