const day = 86_400_000;

/** The last thirty days, oldest first; days that the server does not name had nothing. */
export function lastThirty<Day extends { date: string }>(
  known: Day[],
  nothing: Omit<Day, "date">,
  now = Date.now(),
): Day[] {
  return Array.from({ length: 30 }, (_, index) => {
    const date = new Date(now - (29 - index) * day).toISOString().slice(0, 10);
    return known.find((one) => one.date === date) ?? ({ ...nothing, date } as Day);
  });
}

interface Counts {
  orders: number;
  certificates: number;
  failures: number;
}

interface ServiceDay extends Counts {
  date: string;
  service: string;
}

function sums(rows: ServiceDay[], by: "date" | "service") {
  const found = new Map<string, Counts>();
  for (const row of rows) {
    const sum = found.get(row[by]) ?? { orders: 0, certificates: 0, failures: 0 };
    sum.orders += row.orders;
    sum.certificates += row.certificates;
    sum.failures += row.failures;
    found.set(row[by], sum);
  }
  return [...found];
}

/** Of all services together. */
export function byDay(rows: ServiceDay[]) {
  return sums(rows, "date").map(([date, { certificates, failures }]) => ({
    date,
    issued: certificates,
    failed: failures,
  }));
}

/** Of all days together, the busiest service first; `open` is what is not decided yet. */
export function byService(rows: ServiceDay[]) {
  return sums(rows, "service")
    .sort(([, a], [, b]) => b.orders - a.orders)
    .map(([service, { orders, certificates, failures }]) => ({
      service,
      issued: certificates,
      open: orders - certificates - failures,
      failed: failures,
    }));
}
