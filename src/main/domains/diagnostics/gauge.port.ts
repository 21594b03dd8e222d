/** What a thickness gauge may have. `away`: nobody answers; `lost`: it answered and went away; `flat`: its battery ends. */
export type GaugeTrouble = 'away' | 'lost' | 'flat';
