/** What makes a check fail: a broken MUST or MUST NOT; those and a broken SHOULD; any broken rule; nothing. */
export const FAIL_ON = ['must', 'should', 'any', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];
