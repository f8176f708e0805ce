import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  CirclePlus,
  Contrast,
  FileInput,
  KeyRound,
  Keyboard,
  Landmark,
  LogOut,
  Search,
  ShieldCheck,
  type LucideIcon,
} from "lucide-react";
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api";
import { setAppearance } from "../appearance";
import { useRestricted } from "../auth/restricted";
import { useCan } from "../auth/useCan";
import { CertificateState } from "../components/State";
import { useDebounced } from "../components/useDebounced";
import type { Overlay } from "./context";
import { usePlaces } from "./nav";
import styles from "./Palette.module.css";
import { useSignOut } from "./UserMenu";

interface Item {
  id: string;
  group: string;
  icon: LucideIcon;
  text: string;
  hint?: ReactNode;
  words?: string;
  run: () => void;
}

/** Pages, actions and certificates under one key. */
export function Palette(props: { onClose: () => void; onOpen: (overlay: Overlay) => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const items = useItems(typed.trim(), props.onOpen);

  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at, list]);

  const run = (item: Item | undefined) => {
    if (!item) return;
    props.onClose();
    item.run();
  };
  const active = Math.min(at, items.length - 1);

  return (
    // Escape closes as well; the click beside the box is a convenience.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label={t("palette.open")}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <div className={styles.frame}>
        <div className={styles.input}>
          <Search aria-hidden />
          <input
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls={list}
            aria-activedescendant={items.length > 0 ? `${list}-${active}` : undefined}
            aria-label={t("palette.open")}
            placeholder={t("palette.placeholder")}
            spellCheck={false}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (step && items.length > 0) {
                event.preventDefault();
                setAt((active + step + items.length) % items.length);
              }
              if (event.key === "Enter") {
                event.preventDefault();
                run(items[active]);
              }
            }}
          />
          <kbd>Esc</kbd>
        </div>
        <div className={styles.list} id={list} role="listbox" aria-label={t("palette.results")}>
          {items.map((item, index) => (
            <div key={item.id} role="presentation">
              {item.group !== items[index - 1]?.group && (
                <div className={styles.group} role="presentation">
                  {item.group}
                </div>
              )}
              {/* The input keeps the focus and the keys; see aria-activedescendant. */}
              {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus */}
              <div
                id={`${list}-${index}`}
                className={styles.item}
                role="option"
                aria-selected={index === active}
                onMouseMove={() => setAt(index)}
                onClick={() => run(item)}
              >
                <item.icon aria-hidden />
                <span>{item.text}</span>
                {item.hint && <small>{item.hint}</small>}
              </div>
            </div>
          ))}
        </div>
        {items.length === 0 && <p className={styles.none}>{t("palette.nothing")}</p>}
      </div>
    </dialog>
  );
}

function useItems(typed: string, open: (overlay: Overlay) => void): Item[] {
  const { t } = useTranslation();
  const can = useCan();
  const restricted = useRestricted();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const places = usePlaces();
  const wanted = useDebounced(typed, 120);

  const found = useQuery({
    queryKey: ["certificates", "palette", wanted],
    queryFn: () => api.get("/certificates", { query: { search: wanted, per_page: 6, page: 1 } }),
    enabled: wanted.length >= 2 && can("read:certificates"),
    placeholderData: keepPreviousData,
  });
  const authorities = useQuery({
    queryKey: ["cas", "list"],
    queryFn: () => api.get("/cas"),
    enabled: can("read:cas"),
  });

  const pages: Item[] = places.map(({ to, label, icon }) => ({
    id: to,
    group: t("palette.pages"),
    icon,
    text: t(label),
    run: () => void navigate({ to }),
  }));
  const actions: Item[] = [
    ...(can("write:certificates")
      ? [
          {
            id: "issue",
            group: t("palette.actions"),
            icon: CirclePlus,
            text: t("issue.title"),
            run: () => open("issue"),
          },
        ]
      : []),
    ...(can("write:certificates") && !restricted
      ? [
          {
            id: "import",
            group: t("palette.actions"),
            icon: FileInput,
            text: t("import.title"),
            run: () => open("import"),
          },
        ]
      : []),
    ...(can("write:cas")
      ? [
          {
            id: "root",
            group: t("palette.actions"),
            icon: Landmark,
            text: t("createCa.rootTitle"),
            run: () => void navigate({ to: "/authorities/new", search: { kind: "root" } }),
          },
          {
            id: "sub",
            group: t("palette.actions"),
            icon: Landmark,
            text: t("createCa.intermediateTitle"),
            run: () => void navigate({ to: "/authorities/new", search: { kind: "intermediate" } }),
          },
        ]
      : []),
    {
      id: "key",
      group: t("palette.actions"),
      icon: KeyRound,
      text: t("keys.create"),
      run: () => void navigate({ to: "/settings/$section", params: { section: "keys" } }),
    },
    ...(["light", "dark", "auto"] as const).map((theme) => ({
      id: `theme-${theme}`,
      group: t("palette.actions"),
      icon: Contrast,
      text: `${t("appearance.theme")}: ${t(`appearance.${theme}`)}`,
      run: () => setAppearance({ theme }),
    })),
    {
      id: "help",
      group: t("palette.actions"),
      icon: Keyboard,
      text: t("help.title"),
      run: () => open("help"),
    },
    {
      id: "out",
      group: t("palette.actions"),
      icon: LogOut,
      text: t("nav.signOut"),
      run: () => void signOut(),
    },
  ];
  const cas: Item[] = (authorities.data?.data ?? []).map((ca) => ({
    id: `ca-${ca.id}`,
    group: t("nav.authorities"),
    icon: Landmark,
    text: ca.name,
    words: ca.common_name,
    run: () => void navigate({ to: "/authorities/$id", params: { id: String(ca.id) } }),
  }));
  const certificates: Item[] = (wanted.length >= 2 ? (found.data?.data ?? []) : []).map(
    (certificate) => ({
      id: `certificate-${certificate.id}`,
      group: t("nav.certificates"),
      icon: ShieldCheck,
      text: certificate.common_name,
      hint: <CertificateState status={certificate.status} />,
      run: () =>
        void navigate({
          to: "/certificates/$id",
          params: { id: String(certificate.id) },
          search: {},
        }),
    }),
  );

  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (item: Item) => {
    const text = `${item.text} ${item.words ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return [
    ...certificates,
    ...pages.filter(matches),
    ...actions.filter(matches),
    ...(words.length > 0 ? cas.filter(matches) : []),
  ];
}
