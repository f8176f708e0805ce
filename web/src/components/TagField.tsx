import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api";
import { FieldFrame } from "./Field";
import { readTag } from "./tag";
import { TagText } from "./Tags";
import styles from "./Tags.module.css";
import { useDebounced } from "./useDebounced";

interface TagFieldProps {
  label: string;
  hint?: string;
  error?: string | undefined | false;
  tags: readonly string[];
  onChange: (tags: string[]) => void;
  /** What is offered; those that exist, when absent. */
  suggestions?: readonly string[];
  /** Each leads to the certificates that have it. */
  linked?: boolean;
  busy?: boolean;
  autoFocus?: boolean;
}

/** Tags as chips with a field after them: Enter or a comma adds, Backspace takes the last one away. */
export function TagField(props: TagFieldProps) {
  const { t } = useTranslation();
  const { tags } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const offered = useSuggestions(typed, props.suggestions).filter((one) => !tags.includes(one));
  const error = props.error || (wrong && t("tags.wrong"));

  const add = (text: string) => {
    if (text.trim() === "") return setTyped("");
    const tag = readTag(text);
    if (!tag) return setWrong(true);
    setTyped("");
    if (!tags.includes(tag)) props.onChange([...tags, tag]);
  };
  const remove = (tag: string) => {
    props.onChange(tags.filter((one) => one !== tag));
    input.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    const last = tags.at(-1);
    if ((event.key === "Enter" && typed.trim() !== "") || event.key === ",") {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && typed === "" && last !== undefined) {
      remove(last);
    }
  };

  return (
    <FieldFrame
      id={id}
      label={props.label}
      error={error}
      {...(props.hint ? { hint: props.hint } : {})}
    >
      <div className={styles.box} data-invalid={error ? true : undefined}>
        {tags.map((tag) => (
          <span key={tag} className={styles.tag}>
            <TagText tag={tag} linked={props.linked} />
            <button
              type="button"
              className={styles.remove}
              aria-label={t("tags.remove", { tag })}
              disabled={props.busy}
              onClick={() => remove(tag)}
            >
              <X aria-hidden />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          type="text"
          list={`${id}-offered`}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          data-autofocus={props.autoFocus}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : props.hint ? `${id}-hint` : undefined}
          readOnly={props.busy}
          value={typed}
          onChange={(event) => {
            setWrong(false);
            // What was chosen from the list needs no second press.
            const { inputType } = event.nativeEvent as InputEvent;
            if (inputType === "insertReplacementText") add(event.target.value);
            else setTyped(event.target.value);
          }}
          onKeyDown={press}
          onBlur={() => add(typed)}
        />
        <datalist id={`${id}-offered`}>
          {offered.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
    </FieldFrame>
  );
}

/** Tags that begin like what is typed. */
function useSuggestions(typed: string, given: readonly string[] | undefined) {
  const search = useDebounced(typed.trim().toLowerCase(), 150);
  const { data } = useQuery({
    queryKey: ["tags", search],
    queryFn: () => api.get("/tags", { query: { search, per_page: 20 } }),
    enabled: !given,
    placeholderData: keepPreviousData,
  });
  return given ?? data?.data.map(({ name }) => name) ?? [];
}
