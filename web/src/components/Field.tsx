import { ChevronDown, CircleAlert } from "lucide-react";
import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";

import styles from "./Field.module.css";

interface Common {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined | false;
  optional?: string;
}

function useField({ hint, error }: Common) {
  const id = useId();
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return {
    id,
    aria: {
      id,
      "aria-invalid": error ? true : undefined,
      "aria-describedby": describedBy || undefined,
    },
  };
}

/** The label above a control, its error and its hint below it. */
export function FieldFrame(props: Common & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={props.id}>
        {props.label}
        {props.optional && <span className={styles.optional}>{props.optional}</span>}
      </label>
      {props.children}
      {props.error && (
        <p id={`${props.id}-error`} className={styles.error}>
          <CircleAlert aria-hidden />
          {props.error}
        </p>
      )}
      {props.hint && (
        <p id={`${props.id}-hint`} className={styles.hint}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

type Changed = { value: string; onChange: (value: string) => void };
type Rest<T> = Omit<T, "value" | "onChange">;

export function TextField(
  props: Common &
    Changed & { mono?: boolean; end?: ReactNode } & Rest<InputHTMLAttributes<HTMLInputElement>>,
) {
  const { label, hint, error, optional, mono, end, value, onChange, ...rest } = props;
  const common = { label, hint, error, optional } as Common;
  const { id, aria } = useField(common);
  return (
    <FieldFrame {...common} id={id}>
      <div className={styles.box}>
        <input
          type="text"
          spellCheck={false}
          autoCapitalize="none"
          {...rest}
          {...aria}
          data-autofocus={rest.autoFocus}
          className={mono ? `${styles.input} mono` : styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        {end && <span className={styles.end}>{end}</span>}
      </div>
    </FieldFrame>
  );
}

export function TextArea(
  props: Common & Changed & { mono?: boolean } & Rest<TextareaHTMLAttributes<HTMLTextAreaElement>>,
) {
  const { label, hint, error, optional, mono, value, onChange, ...rest } = props;
  const common = { label, hint, error, optional } as Common;
  const { id, aria } = useField(common);
  return (
    <FieldFrame {...common} id={id}>
      <textarea
        spellCheck={false}
        {...rest}
        {...aria}
        data-autofocus={rest.autoFocus}
        className={mono ? `${styles.input} mono` : styles.input}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </FieldFrame>
  );
}

export function SelectField<T extends string>(
  props: Common & {
    value: T;
    onChange: (value: T) => void;
    options: readonly { value: T; label: string }[];
  } & Rest<SelectHTMLAttributes<HTMLSelectElement>>,
) {
  const { label, hint, error, optional, options, value, onChange, ...rest } = props;
  const common = { label, hint, error, optional } as Common;
  const { id, aria } = useField(common);
  return (
    <FieldFrame {...common} id={id}>
      <div className={styles.box}>
        <select
          {...rest}
          {...aria}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown className={styles.chevron} aria-hidden />
      </div>
    </FieldFrame>
  );
}

export function Checkbox(props: {
  checked: boolean | "mixed";
  onChange: (checked: boolean) => void;
  label: string;
  hidden?: boolean;
}) {
  return (
    <label className={styles.checkbox}>
      <input
        type="checkbox"
        checked={props.checked === true}
        ref={(input) => {
          if (input) input.indeterminate = props.checked === "mixed";
        }}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span className={props.hidden ? "visually-hidden" : undefined}>{props.label}</span>
    </label>
  );
}

/** A box for each option, of which any number may be ticked. */
export function Checkboxes<T extends string | number>(props: {
  options: readonly { value: T; label: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
}) {
  const { chosen, onChange } = props;
  return props.options.map(({ value, label }) => (
    <Checkbox
      key={value}
      label={label}
      checked={chosen.includes(value)}
      onChange={(on) => onChange(on ? [...chosen, value] : chosen.filter((one) => one !== value))}
    />
  ));
}

/** A few exclusive choices, all of them in sight. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: ReactNode; hint?: ReactNode }[];
  onChange: (value: T) => void;
  /** Each on its own line, with its explanation. */
  cards?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className={props.cards ? styles.cards : styles.segments}>
      <legend>{props.label}</legend>
      <div>
        {props.options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === props.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>
              <b>{option.label}</b>
              {option.hint && <small>{option.hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function Form(props: { children: ReactNode }) {
  return <div className={styles.form}>{props.children}</div>;
}

export function FieldRow(props: { children: ReactNode }) {
  return <div className={styles.row}>{props.children}</div>;
}
