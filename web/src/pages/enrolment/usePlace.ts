import { useQuery } from "@tanstack/react-query";

import { api } from "../../api";
import { useCan } from "../../auth/useCan";
import { casQuery } from "../authorities/queries";
import { servicesQuery } from "./queries";
import type { Place } from "./snippets";

/** Where clients of a service must go, and which root they must trust. */
export function usePlace(name?: string) {
  const can = useCan();
  const cas = useQuery(casQuery).data?.data ?? [];
  const settings = useQuery({
    queryKey: ["acme", "settings"],
    queryFn: () => api.get("/acme/settings"),
    enabled: can("read:acme"),
  });
  const acme = settings.data?.data;
  const services = useQuery({ ...servicesQuery, enabled: can("read:acme") }).data?.data;
  const service = services?.find((one) => one.name === name) ?? services?.[0];
  const authority = service?.issuing_ca_id ?? acme?.issuing_ca_id;
  const issuer = cas.find(({ id }) => id === authority);
  let root = issuer ?? cas.find(({ is_root }) => is_root);
  for (let depth = 0; root && !root.is_root && depth < 10; depth++) {
    const parent = cas.find(({ id }) => id === root?.parent_id);
    if (!parent) break;
    root = parent;
  }
  const { origin } = window.location;
  const place: Place = {
    origin,
    directory: service?.directory_url ?? acme?.directory_url ?? `${origin}/acme/directory`,
    rootRefid: root?.refid ?? "",
    host: "www.example.internal",
    ...(service?.eab_required ? { eab: { kid: "KID", hmac: "SECRET" } } : {}),
  };
  return { place, root, issuer, acme, service, services, error: settings.error };
}
