import { Checkbox } from "../../components/Field";
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
        {props.all.map((one) => (
          <Checkbox
            key={one}
            label={props.text(one)}
            checked={props.chosen.includes(one)}
            onChange={(on) =>
              props.onChange(
                on ? [...props.chosen, one] : props.chosen.filter((other) => other !== one),
              )
            }
          />
        ))}
      </div>
      {props.error && <p>{props.error}</p>}
    </fieldset>
  );
}
