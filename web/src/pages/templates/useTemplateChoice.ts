import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useCan } from "../../auth/useCan";
import { templatesQuery } from "./queries";

/** The templates that a certificate can be issued by, and the one that is chosen. */
export function useTemplateChoice() {
  const can = useCan();
  const [id, choose] = useState("");
  // Templates of authorities are for the page of authorities.
  const templates = (
    useQuery({ ...templatesQuery, enabled: can("read:templates") }).data?.data ?? []
  ).filter((one) => one.is_active && !one.basic_constraints.ca);
  const find = (wanted: string) => templates.find((one) => String(one.id) === wanted);
  return { templates, template: find(id), choose, find };
}

export type TemplateChoice = ReturnType<typeof useTemplateChoice>;
