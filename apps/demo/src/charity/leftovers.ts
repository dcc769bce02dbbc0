/** What a driver reports. */
export interface Leftovers {
  readonly order: string;
  readonly driver: string;
}

/** Whether a body that was signed is a report: signed it is, but nothing has checked what it says. */
export function isReport(body: unknown): body is { readonly data: Leftovers } {
  const data = (body as { data?: Partial<Leftovers> } | null)?.data;
  return typeof data?.order === 'string' && typeof data.driver === 'string' && data.driver.length <= 40;
}
