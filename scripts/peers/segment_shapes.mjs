// Three of Segment's bodies follow another version or product of the platform's API. They are brought
// into the shape of ours, key by key and value by value as the platform's documents pair them, so that
// what remains different is what is said, not where.

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

/** A click conversion of Google Ads in the words of the Data Manager. */
export function google({ conversions: [conversion] }) {
  const { conversionAction, conversionDateTime, gclid, gbraid, wbraid, userIpAddress, orderId, conversionValue,
    currencyCode, conversionEnvironment, cartData, userIdentifiers, consent = {}, ...rest } = conversion;
  const [, customer, , action] = conversionAction.split('/');
  const { items, ...cart } = withoutNothing(cartData);
  return withoutNothing({
    destinations: [{ operatingAccount: { accountType: 'GOOGLE_ADS', accountId: customer }, productDestinationId: action }],
    encoding: 'HEX',
    events: [{
      transactionId: orderId,
      eventTimestamp: new Date(conversionDateTime).toISOString().replace('.000Z', 'Z'),
      eventSource: conversionEnvironment,
      userData: { userIdentifiers: userIdentifiers.map(({ hashedEmail, hashedPhoneNumber }) => ({ emailAddress: hashedEmail, phoneNumber: hashedPhoneNumber })) },
      consent: Object.fromEntries(Object.entries(consent).map(([key, state]) => [key, `CONSENT_${state}`])),
      adIdentifiers: gclid || gbraid || wbraid ? { gclid, gbraid, wbraid } : undefined,
      eventDeviceInfo: userIpAddress && { ipAddress: userIpAddress },
      currency: currencyCode,
      conversionValue,
      cartData: { ...cart, items: items.map(({ productId, quantity, unitPrice }) => ({ merchantProductId: productId, quantity, unitPrice })) },
      ...rest,
    }],
  });
}
