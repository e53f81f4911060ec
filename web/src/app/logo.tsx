/** Three lines of sediment on deep water. */
export function Logo() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" className="shrink-0">
      <rect width="24" height="24" rx="6" fill="#17324a" />
      <g fill="none" strokeLinecap="round" strokeWidth="2.1">
        <path d="M5 8.2c2.4-1.6 4.7-1.6 7 0s4.6 1.6 7 0" stroke="#f2b84b" />
        <path d="M5 12.6c2.4-1.6 4.7-1.6 7 0s4.6 1.6 7 0" stroke="#8fc7d6" />
        <path d="M5 17c2.4-1.6 4.7-1.6 7 0s4.6 1.6 7 0" stroke="#eaf2f4" />
      </g>
    </svg>
  );
}
