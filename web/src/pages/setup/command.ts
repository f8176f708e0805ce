/** Prints a new one-time link; DIR is the server's data directory. */
export const setupLinkCommand = "certwright admin setup-link --data DIR";
