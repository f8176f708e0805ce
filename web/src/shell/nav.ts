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

import { useRestricted } from "../auth/restricted";
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
  {
    to: "/certificates",
    label: "nav.certificates",
    icon: ShieldCheck,
    near: true,
    needs: "read:certificates",
  },
  { to: "/requests", label: "nav.requests", icon: Inbox, near: true, needs: "read:csrs" },
  {
    to: "/authorities",
    label: "nav.authorities",
    icon: Landmark,
    near: true,
    needs: "read:cas",
  },
  { to: "/revocation", label: "nav.revocation", icon: ShieldX, near: false, needs: "read:crl" },
  {
    to: "/templates",
    label: "nav.templates",
    icon: LayoutTemplate,
    near: false,
    needs: "read:templates",
  },
  { to: "/enrolment", label: "nav.enrolment", icon: Plug, near: false, needs: "read:acme" },
  { to: "/activity", label: "nav.activity", icon: ScrollText, near: false, needs: "read:audit" },
  { to: "/settings", label: "nav.settings", icon: Settings, near: false },
];

/** Pages within these that take another right. */
const inner = [
  { to: "/authorities/new", needs: "write:cas" },
  { to: "/authorities/offline", needs: "read:cas", whole: true },
  { to: "/user-certificates", needs: "read:user_certificates" },
];

/** Where whoever is signed in may go. */
export function usePlaces() {
  const can = useCan();
  return places.filter(({ needs }) => !needs || can(needs));
}

/** Whether an address is for whoever is signed in; what is at none of these answers for itself. */
export function useMayVisit(path: string) {
  const can = useCan();
  const restricted = useRestricted();
  const isAt = ({ to }: { to: string }) =>
    to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
  const page = inner.find(isAt);
  if (page) return can(page.needs) && !(page.whole && restricted);
  const needs = places.find(isAt)?.needs;
  return !needs || can(needs);
}
