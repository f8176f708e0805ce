import { useTranslation } from "react-i18next";

import { purposes } from "./form";

/** "serverAuth" as people say it; other purposes keep their number. */
export function useUseText() {
  const { t } = useTranslation();
  return (purpose: string) => {
    const known = purposes.find((one) => one === purpose);
    return known ? t(`purpose.${known}`) : purpose;
  };
}
