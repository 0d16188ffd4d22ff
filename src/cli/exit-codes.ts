/** Exit codes: done, a mistake that the person can mend, a bug of ours, cancelled by Ctrl-C. */
export const exitCodes = { done: 0, mistake: 1, bug: 2, cancelled: 130 } as const;
