import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePlus,
  FileBadge,
  Inbox,
  KeyRound,
  Landmark,
  Lock,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import { Label, type Tone } from "../../components/State";
import { formatDay, formatKey } from "../../format";
import styles from "./Import.module.css";
import type { ImportState, Outcome } from "./outcome";

const icons: Record<string, LucideIcon> = {
  certificate: FileBadge,
  ca: Landmark,
  csr: Inbox,
  private_key: KeyRound,
};
const types = ["certificate", "ca", "csr", "private_key"] as const;

const looks: Record<ImportState, { tone: Tone; icon: LucideIcon }> = {
  new: { tone: "accent", icon: CirclePlus },
  kept: { tone: "active", icon: CircleCheck },
  known: { tone: "idle", icon: CircleDashed },
  problem: { tone: "expired", icon: CircleAlert },
  noRight: { tone: "due", icon: Lock },
  belongs: { tone: "idle", icon: CircleCheck },
  alone: { tone: "due", icon: CircleAlert },
};

/** The objects of a file, each with what becomes of it. */
export function ImportList(props: { rows: Outcome[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.list} aria-label={t("import.objects")}>
      {props.rows.map(({ object, state }) => {
        const Icon = icons[object.type] ?? FileBadge;
        const type = types.find((one) => one === object.type);
        return (
          <li key={object.index}>
            <Icon aria-hidden />
            <div>
              <b>{type === "private_key" ? formatKey(object.key_type) : object.name}</b>
              <small>
                {[
                  type ? t(`import.type_${type}`) : object.type,
                  type !== "private_key" && formatKey(object.key_type),
                  object.not_after && t("import.until", { day: formatDay(object.not_after) }),
                  type !== "private_key" && object.has_private_key && t("import.withKey"),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
              {object.problem && <small className={styles.problem}>{object.problem}</small>}
            </div>
            <Label {...looks[state]} text={t(`import.state_${state}`)} />
          </li>
        );
      })}
    </ul>
  );
}
