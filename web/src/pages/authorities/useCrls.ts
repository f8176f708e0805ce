import { useQuery } from "@tanstack/react-query";

import { useCan } from "../../auth/useCan";
import { crlsQuery } from "./queries";

/** The revocation lists, for who may see them. */
export function useCrls() {
  const can = useCan();
  return useQuery({ ...crlsQuery, enabled: can("read:crl") }).data?.data;
}
