/** Three or four round numbers that cover the largest value. */
export function niceScale(largest: number) {
  const rough = largest / 3;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power;
  const top = Math.max(step, Math.ceil(largest / step) * step);
  return {
    top,
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step),
  };
}
