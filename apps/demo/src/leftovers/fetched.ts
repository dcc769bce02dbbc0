/** What a driver reports. */
export interface Fetched {
  readonly order: string;
  readonly driver: string;
  /** The number of the box; left out by a driver who came uncalled. */
  readonly box?: number;
}

/** Whether a body that was signed is a report: signed it is, but nothing has checked what it says. */
export function isReport(body: unknown): body is { readonly data: Fetched } {
  const data = (body as { data?: Partial<Fetched> } | null)?.data;
  return (
    typeof data?.order === 'string' &&
    typeof data.driver === 'string' &&
    data.driver.length <= 40 &&
    (data.box === undefined || Number.isInteger(data.box))
  );
}
