// What the list shows is said by its address: /user-certificates?q=anna&status=valid

export const statuses = ["valid", "expiring", "expired", "revoked"] as const;
export type Status = (typeof statuses)[number];

export interface UserCertificateSearch {
  q?: string;
  status?: Status;
  page?: number;
}

export function readUserCertificateSearch(raw: Record<string, unknown>): UserCertificateSearch {
  const q = typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q).trim() : "";
  const status = statuses.find((one) => one === raw.status);
  const page = Number(raw.page);
  return {
    ...(q ? { q } : {}),
    ...(status ? { status } : {}),
    ...(Number.isInteger(page) && page > 1 ? { page } : {}),
  };
}
