/**
 * One closed line of a guilloche, the pattern of engraved certificates: a circle whose radius is
 * swung by two waves. `turn` shifts the waves, so that many lines weave a ribbon.
 */
export function guillochePath(
  radius: number,
  swing: number,
  lobes: number,
  turn: number,
  steps = 360,
) {
  let path = "";
  for (let step = 0; step <= steps; step++) {
    const angle = (step / steps) * 2 * Math.PI;
    const wave = Math.sin(lobes * angle + turn) * 0.7 + Math.sin(2 * lobes * angle - turn) * 0.3;
    const r = radius + swing * wave;
    const x = (r * Math.cos(angle)).toFixed(1);
    const y = (r * Math.sin(angle)).toFixed(1);
    path += `${step === 0 ? "M" : "L"}${x} ${y}`;
  }
  return `${path}Z`;
}
