import { fieldOf } from "../../../api/loose";

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

export interface ProofTally {
  challenge: string;
  valid: number;
  retried: number;
  invalid: number;
}

interface Entry {
  details: string;
  user_agent: string;
}

/** Attempts at challenges, by type and by what came of them. */
export function proofTallies(entries: Entry[]): ProofTally[] {
  const tallies = new Map<string, ProofTally>();
  for (const { details } of entries) {
    const challenge = fieldOf(details, "challenge");
    if (!challenge) continue;
    const tally = tallies.get(challenge) ?? { challenge, valid: 0, retried: 0, invalid: 0 };
    const status = fieldOf(details, "status");
    if (status === "valid") tally.valid++;
    else if (status === "invalid") tally.invalid++;
    else tally.retried++;
    tallies.set(challenge, tally);
  }
  const sum = ({ valid, retried, invalid }: ProofTally) => valid + retried + invalid;
  return [...tallies.values()].sort((a, b) => sum(b) - sum(a));
}

/** Orders by the program that made them: the first word of its name, without versions. */
export function clientTallies(entries: Entry[]): { client: string; orders: number }[] {
  const tallies = new Map<string, number>();
  for (const { user_agent } of entries) {
    const client = clientOf(user_agent);
    tallies.set(client, (tallies.get(client) ?? 0) + 1);
  }
  return [...tallies]
    .map(([client, orders]) => ({ client, orders }))
    .sort((a, b) => b.orders - a.orders);
}

function clientOf(agent: string) {
  return /^[^\s/(;]+/.exec(agent)?.[0] ?? "";
}
