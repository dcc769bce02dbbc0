import { Position } from 'nestjs-realtime-protocol';

/** How far a consumer has got, as it is remembered: cursors. */
export interface Place {
  /** Everything up to here has ended. */
  readonly cursor: string;
  /** Everything up to here was taken; left out when that is the cursor. */
  readonly taken?: string;
  /** Of what was taken, what has not ended. */
  readonly open?: readonly string[];
}

/** How far a consumer has got, of events that are taken in order and may end in any. */
export class Progress {
  /** What has not ended, by id, and the place before it; oldest first, for a Map keeps its order. */
  private readonly open = new Map<string, Position>();

  /** @param taken everything up to here was taken */
  constructor(private taken: Position) {}

  static at({ cursor, taken = cursor, open = [] }: Place): Progress {
    const progress = new Progress(Position.parse(taken));
    let before = Position.parse(cursor);
    for (const id of open) {
      progress.open.set(id, before);
      before = Position.parse(id);
    }
    return progress;
  }

  get place(): Place {
    const cursor = this.cursor.toString();
    if (this.open.size === 0) return { cursor };
    return { cursor, taken: this.taken.toString(), open: [...this.open.keys()] };
  }

  /** Everything up to here has ended. */
  get cursor(): Position {
    const [oldest] = this.open.values();
    return oldest ?? this.taken;
  }

  /** Whether the event at `position` was taken, now or before a restart. */
  hasTaken(position: Position): boolean {
    return !position.isAfter(this.taken);
  }

  isOpen(position: Position): boolean {
    return this.open.has(position.toString());
  }

  /** The event at `position` is taken. */
  begin(position: Position): void {
    if (this.hasTaken(position)) return;
    this.open.set(position.toString(), this.taken);
    this.taken = position;
  }

  end(position: Position): void {
    this.open.delete(position.toString());
  }

  /** The same, as if nothing after `position` had been taken yet. */
  rewound(position: Position): Progress {
    const progress = new Progress(position);
    for (const [id, before] of this.open) {
      if (!Position.parse(id).isAfter(position)) progress.open.set(id, before);
    }
    return progress;
  }

  /** Up to `position` there is nothing more for this consumer. */
  pass(position: Position): void {
    if (position.isAfter(this.taken)) this.taken = position;
  }
}
