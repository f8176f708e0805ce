import { useTranslation } from "react-i18next";

const roles = ["admin", "operator", "auditor", "viewer"] as const;

export function useRoleText() {
  const { t } = useTranslation();
  return (role: string) => {
    const known = roles.find((one) => one === role);
    return known ? t(`role.${known}`) : role;
  };
}
