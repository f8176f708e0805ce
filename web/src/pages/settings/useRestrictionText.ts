import { useTranslation } from "react-i18next";

import { formatChoice } from "../../format";

interface Named {
  id: number;
  name: string;
}

/** A restriction as a sentence; an empty list stands for all of its kind. */
export function useRestrictionText(all: readonly Named[], made: readonly Named[]) {
  const { t } = useTranslation();
  return (restriction: { ca_ids: number[]; template_ids: number[]; tags: string[] }) => {
    const names = (ids: number[], known: readonly Named[]) =>
      formatChoice(
        ids.map((id) => known.find((one) => one.id === id)?.name ?? t("restriction.gone", { id })),
      );
    const { ca_ids, template_ids } = restriction;
    const authorities = names(ca_ids, all);
    const templates = names(template_ids, made);
    const tags = formatChoice(restriction.tags);
    if (ca_ids.length === 0 && template_ids.length === 0)
      return tags ? t("restriction.byTag", { tags }) : t("restriction.none");
    const these =
      template_ids.length === 0
        ? t("restriction.byAuthority", { authorities })
        : ca_ids.length === 0
          ? t("restriction.byTemplate", { templates })
          : t("restriction.byBoth", { authorities, templates });
    return tags ? `${these} ${t("restriction.andTag", { tags })}` : these;
  };
}
