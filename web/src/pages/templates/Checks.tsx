import { Checkboxes } from "../../components/Field";
import styles from "./Templates.module.css";

/** Any of several. */
export function Checks(props: {
  label: string;
  all: readonly string[];
  chosen: string[];
  text: (one: string) => string;
  onChange: (chosen: string[]) => void;
  error: string | undefined;
}) {
  return (
    <fieldset className={styles.checks}>
      <legend>{props.label}</legend>
      <div>
        <Checkboxes
          options={props.all.map((value) => ({ value, label: props.text(value) }))}
          chosen={props.chosen}
          onChange={props.onChange}
        />
      </div>
      {props.error && <p>{props.error}</p>}
    </fieldset>
  );
}
