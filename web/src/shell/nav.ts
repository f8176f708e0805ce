import {
  House,
  Inbox,
  Landmark,
  LayoutTemplate,
  Plug,
  ScrollText,
  Settings,
  ShieldCheck,
  ShieldX,
  type LucideIcon,
} from "lucide-react";

import { useCan } from "../auth/useCan";

interface Place {
  to:
    | "/"
    | "/certificates"
    | "/requests"
    | "/authorities"
    | "/revocation"
    | "/templates"
    | "/enrolment"
    | "/activity"
    | "/settings";
  label: `nav.${"home" | "certificates" | "requests" | "authorities" | "revocation" | "templates" | "enrolment" | "activity" | "settings"}`;
  icon: LucideIcon;
  /** Within reach of the thumb on phones; the others are under "More" there. */
  near: boolean;
  needs?: string;
}

/** Jobs, not protocols. */
const places: Place[] = [
  { to: "/", label: "nav.home", icon: House, near: true },
  { to: "/certificates", label: "nav.certificates", icon: ShieldCheck, near: true },
  { to: "/requests", label: "nav.requests", icon: Inbox, near: true, needs: "read:csrs" },
  { to: "/authorities", label: "nav.authorities", icon: Landmark, near: true },
  { to: "/revocation", label: "nav.revocation", icon: ShieldX, near: false, needs: "read:crl" },
  {
    to: "/templates",
    label: "nav.templates",
    icon: LayoutTemplate,
    near: false,
    needs: "read:templates",
  },
  { to: "/enrolment", label: "nav.enrolment", icon: Plug, near: false },
  { to: "/activity", label: "nav.activity", icon: ScrollText, near: false },
  { to: "/settings", label: "nav.settings", icon: Settings, near: false },
];

/** Where whoever is signed in may go. */
export function usePlaces() {
  const can = useCan();
  return places.filter(({ needs }) => !needs || can(needs));
}
