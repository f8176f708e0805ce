import { X } from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { IconButton } from "./Button";
import styles from "./Dialog.module.css";
import { FloatContainer } from "./Tooltip";

interface DialogProps {
  title: ReactNode;
  /** One sentence under the title. */
  lead?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  size?: "small" | "medium" | "large";
  /** Slides in from the side instead of standing in the middle. */
  side?: boolean;
  /** While a request runs, nothing may close it by accident. */
  locked?: boolean;
  onSubmit?: () => void;
  onClose: () => void;
}

/** The browser's own modal dialog: it traps the focus, returns it, and makes the rest inert. */
export function Dialog(props: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const title = useId();
  const lead = useId();

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // The field meant for it, the first one, or else the heading: a focused button would show its
    // tooltip, which takes Escape.
    const field =
      dialog.querySelector<HTMLElement>("[data-autofocus]") ??
      dialog.querySelector<HTMLElement>("input:not([type=radio]), textarea, select, input:checked");
    (field ?? dialog.querySelector<HTMLElement>("h2"))?.focus();
    setContainer(dialog);
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  const body = (
    <>
      <header className={styles.header}>
        <div>
          <h2 id={title} tabIndex={-1}>
            {props.title}
          </h2>
          {props.lead && <p id={lead}>{props.lead}</p>}
        </div>
        <IconButton icon={X} label={t("common.close")} onClick={props.onClose} side="left" />
      </header>
      <div className={styles.body}>{props.children}</div>
      {props.footer && <footer className={styles.footer}>{props.footer}</footer>}
    </>
  );

  return (
    // The click on the backdrop is a convenience beside Escape and the close button.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={[styles.dialog, styles[props.size ?? "medium"], props.side && styles.side]
        .filter(Boolean)
        .join(" ")}
      aria-labelledby={title}
      aria-describedby={props.lead ? lead : undefined}
      onCancel={(event) => {
        event.preventDefault();
        if (!props.locked) props.onClose();
      }}
      onClose={(event) => {
        // In development each effect runs twice: closed and opened again is not closed.
        if (!event.currentTarget.open) props.onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current && !props.locked) props.onClose();
      }}
    >
      <FloatContainer value={container}>
        {props.onSubmit ? (
          <form
            className={styles.frame}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (!props.locked) props.onSubmit?.();
            }}
          >
            {body}
          </form>
        ) : (
          <div className={styles.frame}>{body}</div>
        )}
      </FloatContainer>
    </dialog>
  );
}
