/** The seal: a ring, and in it the check that was made. */
export function Logo(props: { size?: number }) {
  return (
    <svg width={props.size ?? 22} height={props.size ?? 22} viewBox="0 0 24 24" aria-hidden>
      <circle cx="12" cy="12" r="11.5" fill="var(--accent)" />
      <path
        d="M16.7 8.3a6 6 0 1 0 0 7.4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.3"
        strokeLinecap="round"
      />
      <path
        d="m9.7 12.1 1.9 1.9 4.6-4.6"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
