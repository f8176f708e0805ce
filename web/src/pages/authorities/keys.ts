export const keyChoices = [
  { value: "P-256", label: "EC P-256" },
  { value: "P-384", label: "EC P-384" },
  { value: "P-521", label: "EC P-521" },
  { value: "2048", label: "RSA 2048" },
  { value: "3072", label: "RSA 3072" },
  { value: "4096", label: "RSA 4096" },
  { value: "Ed25519", label: "Ed25519" },
];

/** A choice of the list as the two fields of the API. */
export function keyFields(choice: string) {
  if (choice === "Ed25519") return { key_algorithm: "Ed25519" as const };
  return choice.startsWith("P-")
    ? { key_algorithm: "ECDSA" as const, key_size: choice }
    : { key_algorithm: "RSA" as const, key_size: choice };
}
