import { useTranslation } from "react-i18next";

/** Names beside the first: the second one, and how many more there are. */
export function OtherNames(props: { name: string; sans: readonly { value: string }[] }) {
  const { t } = useTranslation();
  const others = props.sans.map(({ value }) => value).filter((value) => value !== props.name);
  if (others.length === 0) return null;
  return (
    <small title={others.join(", ")}>
      {others.length === 1
        ? others[0]
        : t("certificates.moreNames", { name: others[0], count: others.length - 1 })}
    </small>
  );
}
