import { House, Landmark, Plug, ScrollText, Settings, ShieldCheck } from "lucide-react";

/** Jobs, not protocols. */
export const places = [
  { to: "/", label: "nav.home", icon: House, exact: true, key: "h" },
  { to: "/certificates", label: "nav.certificates", icon: ShieldCheck, exact: false, key: "c" },
  { to: "/authorities", label: "nav.authorities", icon: Landmark, exact: false, key: "a" },
  { to: "/enrolment", label: "nav.enrolment", icon: Plug, exact: false, key: "e" },
  { to: "/activity", label: "nav.activity", icon: ScrollText, exact: false, key: "t" },
  { to: "/settings", label: "nav.settings", icon: Settings, exact: false, key: "s" },
] as const;
