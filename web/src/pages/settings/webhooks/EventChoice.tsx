import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "../../../components/ErrorNotice";
import { Checkboxes, Choice } from "../../../components/Field";
import { SkeletonLines } from "../../../components/Skeleton";
import styles from "../Settings.module.css";
import { eventsQuery } from "./queries";
import { useEventText } from "./useEventText";

const families = ["certificate", "ca", "crl", "csr", "template", "user", "acme"] as const;
const familyOf = (event: string) => event.slice(0, event.indexOf("."));

/** All events, or those that are chosen here. */
export function EventChoice(props: {
  all: boolean;
  onAll: (all: boolean) => void;
  events: string[];
  onEvents: (events: string[]) => void;
  missing: boolean;
}) {
  const { t } = useTranslation();
  const text = useEventText();
  const query = useQuery(eventsQuery);
  const known = query.data?.data.events ?? [];
  return (
    <>
      <Choice
        label={t("webhook.events")}
        value={props.all ? "all" : "some"}
        onChange={(value) => props.onAll(value === "all")}
        options={[
          { value: "all", label: t("webhook.allEvents") },
          { value: "some", label: t("webhook.someEvents") },
        ]}
      />
      {!props.all && query.isError && <ErrorNotice error={query.error} />}
      {!props.all && query.isPending && <SkeletonLines lines={4} label={t("common.loading")} />}
      {!props.all &&
        families.map((family) => (
          <fieldset key={family} className={styles.fieldset}>
            <legend>{t(`webhook.about_${family}`)}</legend>
            <div className={styles.events}>
              <Checkboxes
                options={known
                  .filter((event) => familyOf(event) === family)
                  .map((event) => ({ value: event, label: text(event) }))}
                chosen={props.events}
                onChange={(next) => props.onEvents(known.filter((event) => next.includes(event)))}
              />
            </div>
          </fieldset>
        ))}
      {props.missing && <p className={styles.wrong}>{t("webhook.eventsMissing")}</p>}
    </>
  );
}
