import { useTranslation } from "react-i18next";

import { resources } from "./rights";

export function useResourceText() {
  const { t } = useTranslation();
  return (resource: string) => {
    const known = resources.find((one) => one === resource);
    return known ? t(`resource.${known}`) : resource;
  };
}
