import { ln } from '../core/maths';

/*
 * The response functions of TCP, and the tests of Floyd and Fall, "Promoting the Use of End-to-End Congestion Control in
 * the Internet", IEEE/ACM ToN 1999, that find flows which do not follow them. Sizes in bytes, times in seconds, rates in
 * bytes per second, p the part of packets dropped.
 */

/**
 * Rate of TCP under the loss rate p: (MSS / R) C / sqrt(p). C = sqrt(3/2) with an ACK for every packet, sqrt(3/4) with delayed
 * ACKs. Mathis, Semke, Mahdavi and Ott, CCR 1997.
 */
export function mathisRate(mss: number, rtt: number, p: number, c = Math.sqrt(1.5)): number {
  return (mss * c) / (rtt * Math.sqrt(p));
}

/** The same with timeouts: Padhye, Firoiu, Towsley and Kurose, SIGCOMM 1998, equation 33. `ackEvery` is b, `timeout` T0. */
export function padhyeRate(mss: number, rtt: number, p: number, timeout: number, ackEvery = 1): number {
  const halving = rtt * Math.sqrt((2 * ackEvery * p) / 3);
  const timeouts = timeout * Math.min(1, 3 * Math.sqrt((3 * ackEvery * p) / 8)) * p * (1 + 32 * p * p);
  return mss / (halving + timeouts);
}

/** A flow's rate over that of TCP in the same circumstances: about 1 is TCP-friendly, above is greedier. RFC 5348 section 1. */
export function tcpFriendliness(rate: number, responseRate: number): number {
  return rate / responseRate;
}

/** The most that a TCP can send at the drop rate p: 1.5 sqrt(2/3) B / (R sqrt(p)), B its largest packet, R its least RTT. */
export function mostOfTcp(packet: number, rtt: number, p: number): number {
  return (1.5 * Math.sqrt(2 / 3) * packet) / (rtt * Math.sqrt(p));
}

/** First test: the flow sends more than any conformant TCP could. For p below about 5 %. */
export function isNotTcpFriendly(rate: number, packet: number, rtt: number, p: number): boolean {
  return rate > mostOfTcp(packet, rtt, p);
}

/** What a flow did while the drop rate was p. */
export interface Behaviour {
  readonly rate: number;
  readonly p: number;
}

/**
 * Second test: when the drop rate rises by a factor x the rate should fall by about sqrt(x). Unresponsive is a flow that falls
 * by less than half of that on a logarithmic scale, x^(1/4). Without a rise nothing can be said: false.
 */
export function isUnresponsive(before: Behaviour, after: Behaviour): boolean {
  const rise = after.p / before.p;
  return rise > 1 && after.rate / before.rate > 1 / Math.sqrt(Math.sqrt(rise));
}

/** The share of the bandwidth of `flows` flows above which one's is disproportionate: ln(3n) / n. */
export function disproportionateShare(flows: number): number {
  return ln(3 * flows) / flows;
}

/** High for its drop rate: a flow of 512-byte packets with R = 50 ms would get 12000 / sqrt(p) bytes per second. */
const HIGH = 12_000;

/** Third test: the flow has a disproportionate share, and a high rate for the level of congestion. */
export function isDisproportionate(share: number, flows: number, rate: number, p: number): boolean {
  return share > disproportionateShare(flows) && rate > HIGH / Math.sqrt(p);
}
