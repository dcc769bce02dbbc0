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

interface Open {
  /** Everything up to here has ended. */
  readonly before: Position;
  /** Whether it was taken before a restart, and not again yet. */
  isLeft: boolean;
}

/** How far a consumer has got, of events that are taken in order and may end in any. */
export class Progress {
  /** What has not ended, by id, oldest first: a Map keeps its order. */
  private readonly open = new Map<string, Open>();

  /** @param taken everything up to here was taken */
  constructor(private taken: Position) {}

  static at({ cursor, taken = cursor, open = [] }: Place): Progress {
    const progress = new Progress(Position.parse(taken));
    let before = Position.parse(cursor);
    for (const id of open) {
      progress.open.set(id, { before, isLeft: true });
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
    return oldest?.before ?? this.taken;
  }

  /** Whether the event at `position` was taken, now or before a restart. */
  hasTaken(position: Position): boolean {
    return !position.isAfter(this.taken);
  }

  /** Whether the event at `position` was taken before a restart, and must be again. */
  isLeft(position: Position): boolean {
    return this.open.get(position.toString())?.isLeft ?? false;
  }

  /** The event at `position` is taken. */
  begin(position: Position): void {
    const id = position.toString();
    const left = this.open.get(id);
    if (left) left.isLeft = false;
    else this.open.set(id, { before: this.taken, isLeft: false });
    this.pass(position);
  }

  end(position: Position): void {
    this.open.delete(position.toString());
  }

  /** Up to `position` there is nothing more for this consumer. */
  pass(position: Position): void {
    if (position.isAfter(this.taken)) this.taken = position;
  }

  /** The same, as if nothing after `position` had been taken. */
  rewound(position: Position): Progress {
    const progress = new Progress(position);
    for (const [id, open] of this.open) {
      if (!Position.parse(id).isAfter(position)) progress.open.set(id, open);
    }
    return progress;
  }
}
