import type { SctpAssociation } from './association';
import { chunkBytes, COMMON_HEADER, DATA_HEADER, END, IP_HEADER, nextChunk } from './chunks';

/** Puts chunks into packets (RFC 9260 section 6.10, bundling). */
export class Packer {
  /** Control chunks to be sent, one after the other. */
  private controls: number[] = [];
  private at = 0;
  private room = 0;

  constructor(private readonly association: SctpAssociation) {}

  get hasControl(): boolean {
    return this.controls.length > 0;
  }

  control(words: readonly number[]): void {
    for (const word of words) this.controls.push(word);
  }

  /** One packet: control chunks first, then a SACK, then DATA. False if there was nothing to send. */
  send(): boolean {
    const { association } = this;
    const { outbound, inbound } = association;
    const again = outbound.mayRetransmit();
    const sends = (again || (outbound.maySendNew() && !outbound.isHeldBack())) && !association.mustPace();
    if (!sends && !this.hasControl && !inbound.sackNow) return false;
    const p = association.stack.newPacket(association);
    const words = p.sackRoom();
    words[0] = association.remoteTag;
    this.at = 1;
    this.room = association.mss;
    this.addControls(words);
    if (inbound.sackNow || (sends && inbound.pendingPackets > 0)) {
      const start = this.at;
      this.at = inbound.writeSack(words, start, this.room);
      this.room -= chunkBytes(words, start);
    }
    const before = this.room;
    if (sends) this.addData(words, again);
    words[this.at++] = END;
    p.sackCount = (this.at + 1) >> 1;
    p.length = COMMON_HEADER + association.mss - this.room;
    p.size = IP_HEADER + p.length;
    if (this.room < before) {
      outbound.onPacketSent(again);
      const rate = outbound.cc.pacingRate;
      if (rate > 0) association.pacer.onSend(before - this.room, rate, 0);
    }
    association.stack.send(p);
    return true;
  }

  private addControls(words: number[]): void {
    const { controls } = this;
    let from = 0;
    while (from < controls.length) {
      const bytes = chunkBytes(controls, from);
      if (bytes > this.room) break;
      this.room -= bytes;
      for (const to = nextChunk(controls, from); from < to; from++) words[this.at++] = controls[from]!;
    }
    if (from === controls.length) controls.length = 0;
    else this.controls = controls.slice(from);
  }

  private addData(words: number[], again: boolean): void {
    const { outbound } = this.association;
    while (this.room > DATA_HEADER) {
      const bytes = again
        ? outbound.retransmit(words, this.at, this.room)
        : outbound.sendNew(words, this.at, this.room);
      if (bytes === 0) return;
      this.at += 6;
      this.room -= bytes;
      if (!again && !outbound.maySendNew()) return;
    }
  }
}
