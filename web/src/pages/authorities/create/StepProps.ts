import type { Authority } from "../../../api";
import type { Draft } from "./draft";

export interface StepProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  parents: Authority[];
  parent: Authority | undefined;
  /** Whether the field is wrong, once that may be said. */
  wrong: (field: keyof Draft) => boolean;
  /** What the simulation says against a field of the request. */
  refused: (field: string) => string | undefined;
}
