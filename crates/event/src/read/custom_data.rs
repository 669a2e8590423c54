//! `custom_data`: money, items, properties.

use predispatch_pii::is_personal_key;
use predispatch_types::{Currency, Money};

use super::{
    issues::Issues,
    raw::{Raw, RawCustomData, RawItem},
    scalars::free_text,
};
use crate::{CustomData, Item, Scalar, Text};

pub(super) fn custom_data(raw: &RawCustomData<'_>, data: &mut CustomData, issues: &mut Issues) {
    if raw.wrong {
        issues.dropped("wrong_type", "custom_data");
    }
    data.currency = currency(&raw.currency, issues);
    let mut money = |raw: &Raw<'_>, field| amount(raw, data.currency, field, issues);
    data.value = money(&raw.value, "custom_data.value");
    data.predicted_ltv = money(&raw.predicted_ltv, "custom_data.predicted_ltv");
    data.shipping = money(&raw.shipping, "custom_data.shipping");
    data.tax = money(&raw.tax, "custom_data.tax");
    data.order_id = raw.order_id.opaque_id("custom_data.order_id", issues);
    data.num_items = raw.num_items.count("custom_data.num_items", issues);
    let mut text = |raw: &Raw<'_>, field| raw.free_text(field, issues);
    data.content_type = text(&raw.content_type, "custom_data.content_type");
    data.content_name = text(&raw.content_name, "custom_data.content_name");
    data.content_category = text(&raw.content_category, "custom_data.content_category");
    data.search_string = text(&raw.search_string, "custom_data.search_string");
    data.status = text(&raw.status, "custom_data.status");
    data.coupon = text(&raw.coupon, "custom_data.coupon");
    data.delivery_category = text(&raw.delivery_category, "custom_data.delivery_category");
    data.items.reserve_exact(raw.items.len());
    for line in &raw.items {
        data.items.extend(item(line, data.currency, issues));
    }
    // A line in which nothing is known was one all the same.
    let was_given = !raw.items.is_empty() || issues.any_dropped(is_worth);
    data.is_worth_lost = data.value.is_none() && data.items.is_empty() && was_given;
    for (key, value) in &raw.properties {
        data.properties.extend(property(key, value, issues));
    }
    if without_twins(&mut data.properties) {
        issues.dropped("duplicate_key", "custom_data.properties");
    }
}

/// Where that stands by which a refund may be one of a part.
fn is_worth(field: &str) -> bool {
    let whole = ["", ".value", ".shipping", ".tax", ".num_items"];
    let part = field.strip_prefix("custom_data");
    part.is_some_and(|part| whole.contains(&part) || part.starts_with(".items"))
}

fn currency(raw: &Raw<'_>, issues: &mut Issues) -> Option<Currency> {
    const FIELD: &str = "custom_data.currency";
    let text = match raw {
        Raw::Absent => return None,
        Raw::Text(text) => text,
        _ => {
            issues.dropped("wrong_type", FIELD);
            return None;
        }
    };
    Currency::parse(text).map_err(|error| issues.dropped(error.code(), FIELD)).ok()
}

/// An amount, exact. Without a currency it is none: no currency is ever assumed.
fn amount(
    raw: &Raw<'_>,
    currency: Option<Currency>,
    field: &'static str,
    issues: &mut Issues,
) -> Option<Money> {
    let text = match raw {
        Raw::Absent => return None,
        Raw::Number(number) => number,
        Raw::Text(text) => text,
        _ => {
            issues.dropped("wrong_type", field);
            return None;
        }
    };
    let Some(currency) = currency else {
        issues.dropped("money_without_currency", field);
        return None;
    };
    match Money::parse_float(text, currency) {
        Ok((money, is_rounded)) => {
            if is_rounded {
                issues.corrected("money_float", field);
            }
            Some(money)
        }
        Err(error) => {
            issues.dropped(error.code(), field);
            None
        }
    }
}

fn item(raw: &RawItem<'_>, currency: Option<Currency>, issues: &mut Issues) -> Option<Item> {
    if raw.wrong {
        issues.dropped("wrong_type", "custom_data.items");
        return None;
    }
    let item = Item {
        id: raw.id.opaque_id("custom_data.items.id", issues),
        name: raw.name.free_text("custom_data.items.name", issues),
        category: raw.category.free_text("custom_data.items.category", issues),
        brand: raw.brand.free_text("custom_data.items.brand", issues),
        variant: raw.variant.free_text("custom_data.items.variant", issues),
        quantity: raw.quantity.count("custom_data.items.quantity", issues),
        price: amount(&raw.price, currency, "custom_data.items.price", issues),
        coupon: raw.coupon.free_text("custom_data.items.coupon", issues),
        discount: amount(&raw.discount, currency, "custom_data.items.discount", issues),
    };
    (item != Item::default()).then_some(item)
}

/// Keys that differ in outer white space are one key; of equal ones the first stays. Whether there were any.
pub(crate) fn without_twins(properties: &mut Vec<(Text, Scalar)>) -> bool {
    let (given, mut place) = (properties.len(), 0_usize);
    while let Some((before, [(key, _), ..])) = properties.split_at_checked(place) {
        if before.iter().any(|(other, _)| other == key) {
            properties.remove(place);
        } else {
            place = place.saturating_add(1);
        }
    }
    properties.len() < given
}

/// A key may hold personal data as well as its value does; such a pair goes.
fn property(key: &str, value: &Raw<'_>, issues: &mut Issues) -> Option<(Text, Scalar)> {
    const FIELD: &str = "custom_data.properties";
    let value = match value {
        Raw::Absent => return None,
        Raw::Bool(truth) => Scalar::Bool(*truth),
        Raw::Number(number) if !is_finite(number) => {
            issues.dropped("number_not_finite", FIELD);
            return None;
        }
        Raw::Number(number) if !is_impersonal(number, issues) => return None,
        Raw::Number(number) => Scalar::Number((*number).into()),
        Raw::Text(text) => Scalar::Text(free_text(text, FIELD, issues)?),
        Raw::Wrong => {
            issues.dropped("wrong_type", FIELD);
            return None;
        }
    };
    match Text::scrubbed(key) {
        Ok((key, 0)) if !is_personal_key(key.as_str()) => Some((key, value)),
        Ok(_) => {
            issues.dropped("personal_data_removed", FIELD);
            None
        }
        Err(error) => {
            issues.dropped(error.code(), FIELD);
            None
        }
    }
}

/// Whether the number of a property is none of a card, a telephone or the like.
pub(crate) fn is_impersonal(number: &str, issues: &mut Issues) -> bool {
    let text = free_text(number, "custom_data.properties", issues);
    text.is_some_and(|text| text.as_str() == number)
}

/// Whether who reads JSON gets a number: `1e999` is none to most, and their whole request would be refused.
pub(crate) fn is_finite(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(f64::is_finite)
}
