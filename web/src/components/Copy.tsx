import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { asCurl } from "../api/curl";
import { shorten } from "../format";
import { Breakable } from "./Breakable";
import { Button, IconButton } from "./Button";
import styles from "./Copy.module.css";

/** Copies, and says so for a moment. Clipboards need a secure context; elsewhere a text field helps. */
export function useCopy() {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_600);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    copy: async (text: string) => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        copyByField(text);
      }
      setCopied(true);
    },
  };
}

function copyByField(text: string) {
  const field = document.createElement("textarea");
  field.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function CopyButton(props: { text: string; label?: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <>
      <IconButton
        icon={copied ? Check : CopyIcon}
        label={copied ? t("common.copied") : (props.label ?? t("common.copy"))}
        onClick={() => void copy(props.text)}
      />
      <span className="visually-hidden" role="status">
        {copied ? t("common.copied") : ""}
      </span>
    </>
  );
}

/** "Copy as curl": the action about to be taken, as a line for a shell. */
export function CopyCurl(props: { request: Parameters<typeof asCurl>[0] }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <Button
      look="ghost"
      className="start"
      icon={copied ? Check : CopyIcon}
      onClick={() => void copy(asCurl(props.request))}
    >
      {copied ? t("common.copied") : t("common.copyCurl")}
    </Button>
  );
}

/** An identifier: middle-truncated, a click copies all of it. */
export function Identifier(props: { text: string; full?: boolean; head?: number; tail?: number }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  if (!props.text) return <>–</>;
  return (
    <button
      type="button"
      className={styles.identifier}
      title={props.full ? t("common.clickToCopy") : props.text}
      onClick={() => void copy(props.text)}
    >
      <span>
        {props.full ? <Breakable text={props.text} /> : shorten(props.text, props.head, props.tail)}
      </span>
      {copied ? <Check className={styles.done} aria-hidden /> : <CopyIcon aria-hidden />}
      <span className="visually-hidden" role="status">
        {copied ? t("common.copied") : ""}
      </span>
    </button>
  );
}

/** Lines to paste. Comments are set back, so that the command stands out. */
export function Snippet(props: { text: string; label: string; wrap?: boolean }) {
  return (
    <figure className={styles.snippet} aria-label={props.label}>
      {/* Long lines scroll, so the keyboard must reach them. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} className={props.wrap ? styles.wrap : undefined}>
        {props.text.split("\n").map((line, index) => (
          <span key={index} className={/^\s*#/.test(line) ? styles.comment : undefined}>
            {line + "\n"}
          </span>
        ))}
      </pre>
      <CopyButton text={props.text} />
    </figure>
  );
}
