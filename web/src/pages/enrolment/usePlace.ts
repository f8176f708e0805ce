import { useQuery } from "@tanstack/react-query";

import { api } from "../../api";
import { useCan } from "../../auth/useCan";
import { casQuery } from "../authorities/queries";
import type { Place } from "./snippets";

/** Where clients must go, and which root they must trust. */
export function usePlace() {
  const can = useCan();
  const cas = useQuery(casQuery).data?.data ?? [];
  const settings = useQuery({
    queryKey: ["acme", "settings"],
    queryFn: () => api.get("/acme/settings"),
    enabled: can("read:acme"),
  });
  const acme = settings.data?.data;
  const issuer = cas.find(({ id }) => id === acme?.issuing_ca_id);
  let root = issuer ?? cas.find(({ is_root }) => is_root);
  for (let depth = 0; root && !root.is_root && depth < 10; depth++) {
    const parent = cas.find(({ id }) => id === root?.parent_id);
    if (!parent) break;
    root = parent;
  }
  const { origin } = window.location;
  const place: Place = {
    origin,
    directory: acme?.directory_url ?? `${origin}/acme/directory`,
    rootRefid: root?.refid ?? "",
    host: "www.example.internal",
  };
  return { place, root, issuer, acme, error: settings.error };
}
