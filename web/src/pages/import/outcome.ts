import type { Data } from "../../api";

export type Analysis = Data<"post", "/import/analyze">;
export type Result = Data<"post", "/import/execute">;
type Found = Analysis["objects"][number];

export type ImportState = "new" | "kept" | "known" | "problem" | "noRight" | "belongs" | "alone";

export interface Outcome {
  object: Found;
  state: ImportState;
}

/** What will become, or has become, of each object of a file. */
export function outcomes(
  analysis: Analysis,
  may: { cas: boolean; csrs: boolean },
  result?: Result,
): Outcome[] {
  const alone = new Set(analysis.matching.orphan_keys);
  return analysis.objects.map((object) => {
    if (object.type === "private_key") {
      return { object, state: alone.has(object.index) ? "alone" : "belongs" };
    }
    if (object.problem) return { object, state: "problem" };
    if (object.already_exists) return { object, state: "known" };
    if ((object.type === "ca" && !may.cas) || (object.type === "csr" && !may.csrs)) {
      return { object, state: "noRight" };
    }
    return { object, state: result ? "kept" : "new" };
  });
}
