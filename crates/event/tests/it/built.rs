//! Events made in Rust.

use predispatch_bot::client::{Client, HeaderList};
use predispatch_consent::{Given, Person, Signals};
use predispatch_event::{
    App, CustomData, CustomDataError, Destinations, Disclose, Event, EventName, Item, PageUrl,
    ReadOptions, Scalar, StandardEvent, Text, User,
};
use predispatch_pii::{DateOfBirth, Email};
use predispatch_types::{Currency, EventId, Money, Platform, Timestamp};

fn bare() -> Event {
    Event::new(EventName::from(StandardEvent::Purchase), time())
}

fn time() -> Timestamp {
    Timestamp::from_unix_secs(1_795_197_791)
}

fn eur(text: &str) -> Option<Money> {
    Some(Money::parse(text, Currency::EUR).unwrap())
}

#[test]
fn a_built_event_is_the_one_that_is_read() {
    let mut user = User::default();
    user.email = Email::parse("ada@example.com").unwrap().into();
    let mut data = CustomData::default();
    data.value = eur("129.90");
    let mut client = Client::new();
    client.set_ip("93.184.216.34".parse().unwrap());
    client.set_user_agent("Mozilla/5.0").unwrap();
    let built = bare()
        .with_id(EventId::new("ord-1").unwrap())
        .with_event_source_url(
            PageUrl::scrubbed("https://shop.example.com/?email=bob@example.com").unwrap(),
        )
        .with_user(user)
        .with_client(client)
        .with_custom_data(data)
        .unwrap()
        .with_vertical("finance")
        .with_destinations(Destinations::only([Platform::Meta]));
    let json = built.write_json(Disclose::Everything);
    assert!(!json.contains("bob@") && json.contains(r#""currency":"EUR","value":"129.90""#));
    let read = Event::from_json(json.as_bytes(), &ReadOptions::new()).unwrap();
    assert_eq!(read.write_json(Disclose::Everything), json);
    assert_eq!((read.client_ip(), read.user_agent()), (built.client_ip(), built.user_agent()));
}

#[test]
fn amounts_of_several_currencies_are_refused() {
    let mut data = CustomData::default();
    data.value = eur("1.00");
    data.currency = Some(Currency::USD);
    assert_eq!(bare().with_custom_data(data.clone()).unwrap_err(), CustomDataError::Currencies);
    data.currency = None;
    let mut item = Item::default();
    item.price = Some(Money::parse("1.00", Currency::USD).unwrap());
    data.items = vec![item];
    assert_eq!(bare().with_custom_data(data).unwrap_err(), CustomDataError::Currencies);
}

#[test]
fn a_number_cannot_smuggle_keys_into_a_body() {
    for (number, is_taken) in [("1.5", true), ("1,\"em\":\"x\"", false), ("", false), ("1 ", false)]
    {
        let mut data = CustomData::default();
        let key = Text::scrubbed("n").unwrap().0;
        data.properties = vec![(key, Scalar::Number(number.into()))];
        assert_eq!(bare().with_custom_data(data).is_ok(), is_taken, "{number}");
    }
}

#[test]
fn the_order_of_setting_loses_no_restriction() {
    let mut objecting = Client::new();
    objecting.set_headers(HeaderList::unordered([("Sec-GPC", "1")]).unwrap());
    let first = bare().with_client(objecting.clone()).with_consent(Signals::default());
    let last = bare().with_consent(Signals::default()).with_client(objecting);
    assert!(first.consent().gpc.is(true) && last.consent().gpc.is(true));

    let mut child = User::default();
    child.date_of_birth = Some(DateOfBirth::parse("2015-02-03", None, time()).unwrap());
    let first = bare().with_user(child.clone()).with_person(Person::default());
    let last = bare().with_person(Person::default()).with_user(child);
    assert_eq!((first.person().age, last.person().age), (Given::Value(11), Given::Value(11)));
}

#[test]
fn personal_data_and_private_addresses_are_not_sent() {
    let mut client = Client::new();
    client.set_ip("10.0.0.7".parse().unwrap());
    client.set_user_agent("Mozilla/5.0 ada@example.com").unwrap();
    let event = bare().with_client(client);
    assert_eq!((event.client_ip(), event.user_agent()), (None, Some("Mozilla/5.0 [email]")));
    let mut app = App::default();
    app.extinfo = vec!["i2".into(), "ada@example.com".into()];
    let event = bare().with_app(app);
    let facts: Vec<&str> = event.app().unwrap().extinfo.iter().map(|fact| &**fact).collect();
    assert_eq!(facts, ["i2", "[email]"]);
}

#[test]
fn of_two_properties_of_one_name_the_first_stays() {
    let plan = |value| (Text::scrubbed("plan").unwrap().0, Scalar::Bool(value));
    let mut data = CustomData::default();
    data.properties = vec![plan(true), plan(false)];
    let event = bare().with_custom_data(data).unwrap();
    assert_eq!(event.custom_data().properties, [plan(true)]);
    assert!(event.issues().iter().any(|issue| issue.code == "duplicate_key"));
}

#[test]
fn a_number_beyond_all_is_refused() {
    let mut data = CustomData::default();
    data.properties = vec![(Text::scrubbed("x").unwrap().0, Scalar::Number("1e999".into()))];
    assert_eq!(bare().with_custom_data(data).unwrap_err(), CustomDataError::NotANumber);
}
