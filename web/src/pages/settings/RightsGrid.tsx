import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";

import { covers } from "../../auth/permissions";
import { Checkbox } from "../../components/Field";
import { gridRows, verbs } from "./rights";
import styles from "./Settings.module.css";
import { useResourceText } from "./useResourceText";

/** Rights as a grid of what and to what; without `onChange` it only shows them. */
export function RightsGrid(props: {
  caption: string;
  all: readonly string[];
  chosen: readonly string[];
  onChange?: (chosen: string[]) => void;
}) {
  const { t } = useTranslation();
  const rows = gridRows(props.all);
  const shown = verbs.filter((verb) => rows.some((row) => row.verbs.has(verb)));
  const nameOf = useResourceText();
  return (
    <table className={styles.rights}>
      <caption>{props.caption}</caption>
      <thead>
        <tr>
          <td />
          {shown.map((verb) => (
            <th key={verb} scope="col">
              {t(`verb.${verb}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.resource}>
            <th scope="row">{nameOf(row.resource)}</th>
            {shown.map((verb) => {
              const permission = `${verb}:${row.resource}`;
              const has = covers(props.chosen, permission);
              return (
                <td key={verb}>
                  {!row.verbs.has(verb) ? null : props.onChange ? (
                    <Checkbox
                      hidden
                      label={`${t(`verb.${verb}`)}: ${nameOf(row.resource)}`}
                      checked={has}
                      onChange={(on) =>
                        props.onChange?.(
                          on
                            ? [...props.chosen, permission]
                            : props.chosen.filter((one) => one !== permission),
                        )
                      }
                    />
                  ) : has ? (
                    <>
                      <Check aria-hidden />
                      <span className="visually-hidden">{t("common.yes")}</span>
                    </>
                  ) : (
                    <span className="visually-hidden">{t("common.no")}</span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
