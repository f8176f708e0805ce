import { Link, type LinkProps } from "@tanstack/react-router";
import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../auth/restricted";
import { useCan } from "../auth/useCan";
import { isWithinRestriction } from "../auth/permissions";
import styles from "./Button.module.css";
import { Tooltip } from "./Tooltip";

type Look = "primary" | "plain" | "ghost" | "danger";

interface Appearance {
  look?: Look;
  small?: boolean;
  icon?: LucideIcon;
}

interface ButtonProps
  extends Appearance, Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  busy?: boolean;
  /** The right that the action takes; without it the button is grey and says why. */
  needs?: string;
  /** Why it cannot be pressed now. */
  blocked?: string | undefined | false;
  ref?: Ref<HTMLButtonElement>;
}

function classes(look: Look = "plain", small?: boolean, extra?: string) {
  return [styles.button, styles[look], small && styles.small, extra].filter(Boolean).join(" ");
}

export function Button(props: ButtonProps) {
  const {
    look,
    small,
    icon: Icon,
    busy,
    needs,
    blocked,
    children,
    className,
    onClick,
    ...rest
  } = props;
  const { t } = useTranslation();
  const can = useCan();
  const restricted = useRestricted();
  const why =
    needs && !can(needs)
      ? restricted && !isWithinRestriction(needs)
        ? t("restriction.why")
        : t("common.needsRight", { right: needs })
      : blocked || undefined;
  const off = Boolean(why) || busy;

  const button = (
    <button
      type="button"
      {...rest}
      className={classes(look, small, className)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <LoaderCircle className={styles.spin} aria-hidden /> : Icon && <Icon aria-hidden />}
      {children}
    </button>
  );
  return why ? <Tooltip text={why}>{button}</Tooltip> : button;
}

export function ButtonLink(
  props: LinkProps & Appearance & { className?: string; children: ReactNode },
) {
  const { look, small, icon: Icon, className, children, ...link } = props;
  return (
    <Link {...(link as LinkProps)} className={classes(look, small, className)}>
      {Icon && <Icon aria-hidden />}
      {children}
    </Link>
  );
}

export function Anchor(
  props: Appearance & { href: string; download?: string | boolean; children: ReactNode },
) {
  const Icon = props.icon;
  return (
    <a className={classes(props.look, props.small)} href={props.href} download={props.download}>
      {Icon && <Icon aria-hidden />}
      {props.children}
    </a>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  label: string;
  side?: "top" | "right" | "bottom" | "left";
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, side, className, ...rest } = props;
  return (
    <Tooltip text={label} {...(side ? { side } : {})}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={[styles.icon, className].filter(Boolean).join(" ")}
      >
        <Icon aria-hidden />
      </button>
    </Tooltip>
  );
}
