import { useTranslation } from "react-i18next";

/** Who acted: a user by name, an ACME account by the end of its identifier, the server itself, or nobody. */
export function useActorText() {
  const { t } = useTranslation();
  return (name: string | null | undefined) => {
    if (!name || name === "anonymous") return t("activity.nobody");
    if (name === "system") return t("source.system");
    return name.startsWith("acme:") ? t("activity.acme", { end: name.slice(-6) }) : name;
  };
}
