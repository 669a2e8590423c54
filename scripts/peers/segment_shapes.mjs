// Two of Segment's bodies have another shape than ours: another version of the API, or one event instead
// of a batch. They are brought into ours, key by key and value by value as the platform's documents pair
// them, so that what remains different is what is said, not where.

const withoutNothing = (object) => JSON.parse(JSON.stringify(object));

/** Reddit's version 2.0 in the words of version 3. */
export function reddit({ events, test_mode, partner }) {
  const upper = (type) => type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  return withoutNothing({
    data: {
      test_mode, partner,
      events: events.map(({ event_at, event_type, event_metadata, ...rest }) => ({
        event_at: Date.parse(event_at),
        type: { ...event_type, tracking_type: upper(event_type.tracking_type) },
        metadata: event_metadata && { ...event_metadata, value_decimal: undefined, value: event_metadata.value_decimal },
        ...rest,
      })),
    },
  });
}

/** LinkedIn's single event as a batch of one. */
export const linkedin = (event) => ({ elements: [withoutNothing(event)] });
