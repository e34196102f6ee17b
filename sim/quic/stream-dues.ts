/** Control frames that a stream has to send, as bits. */
export const Due = { maxStreamData: 1, resetStream: 2, stopSending: 4 } as const;
