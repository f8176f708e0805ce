import type { QueryClient } from "@tanstack/react-query";

/** After an own change, everything that shows certificates is asked again at once. */
export function refreshCertificates(queries: QueryClient) {
  const topics = [
    "certificates",
    "certificate",
    "certificate-stats",
    "dashboard",
    "cas",
    "crl",
    "tags",
    "audit",
  ];
  return Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
}
