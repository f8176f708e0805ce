import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { eventsQuery } from "./queries";

/** What an event says, in the reader's language; what is new has the server's words. */
export function useEventText() {
  const { t } = useTranslation();
  const descriptions = useQuery(eventsQuery).data?.data.descriptions;
  return (event: string) =>
    t(`webhookEvent.${event.replaceAll(".", "_")}` as "webhookEvent.certificate_issued", {
      defaultValue: descriptions?.[event] ?? event,
    });
}
