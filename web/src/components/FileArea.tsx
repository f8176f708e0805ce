import { FileText, FolderOpen, X } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { formatBytes } from "../format";
import { Button, IconButton } from "./Button";
import { TextArea } from "./Field";
import styles from "./FileArea.module.css";

export interface ChosenFile {
  name: string;
  size: number;
  bytes: Uint8Array;
}

/** Text to paste, or a file to choose or drop. Text files become text; others are kept as they are. */
export function FileArea(props: {
  label: string;
  hint?: ReactNode;
  placeholder: string;
  accept: string;
  rows?: number;
  text: string;
  file: ChosenFile | undefined;
  onText: (text: string) => void;
  onFile: (file: ChosenFile | undefined) => void;
  error?: string | undefined | false;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooBig, setTooBig] = useState(false);

  const take = async (file: File | undefined) => {
    if (!file) return;
    setTooBig(file.size > most);
    if (file.size > most) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const text = asText(bytes);
    if (text === undefined) {
      props.onText("");
      props.onFile({ name: file.name, size: file.size, bytes });
    } else {
      props.onFile(undefined);
      props.onText(text);
    }
  };

  return (
    // Dropping is a convenience beside the button.
    <div
      className={styles.area}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      {props.file ? (
        <div className={styles.file}>
          <FileText aria-hidden />
          <span>
            {props.file.name}
            <small className="num">{formatBytes(props.file.size)}</small>
          </span>
          <IconButton icon={X} label={t("file.remove")} onClick={() => props.onFile(undefined)} />
        </div>
      ) : (
        <TextArea
          label={props.label}
          hint={props.hint}
          placeholder={props.placeholder}
          value={props.text}
          onChange={props.onText}
          error={tooBig ? t("file.tooBig") : props.error}
          rows={props.rows ?? 6}
          mono
        />
      )}
      <div className={styles.foot}>
        <Button small icon={FolderOpen} onClick={() => input.current?.click()}>
          {t("file.choose")}
        </Button>
        <span className="faint">{t("file.drop")}</span>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t("file.choose")}
          accept={props.accept}
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}

const most = 4 * 1024 * 1024;

/** Undefined for what is no text: control characters, or not UTF-8. */
function asText(bytes: Uint8Array) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return [...text.slice(0, 4096)].some((c) => c < "\t" || (c > "\r" && c < " "))
      ? undefined
      : text;
  } catch {
    return undefined;
  }
}
