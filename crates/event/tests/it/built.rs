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
    let mut objecting = Client::new();
    objecting.set_headers(HeaderList::unordered([("HTTP_SEC_GPC", "1")]).unwrap());
    // The list keeps no value under this name.
    assert!(bare().with_client(objecting).consent().gpc.is_unreadable());

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

#[test]
fn what_is_known_of_the_person_survives_the_queue_and_is_in_the_key() {
    type Knowing = (&'static str, fn(&mut Person));
    let all: [Knowing; 5] = [
        ("erased", |person| person.erased = true),
        ("objected", |person| person.objected = true),
        ("birth date", |person| person.birth_date = Given::from_result("2015-01-01".parse())),
        ("unreadable birth date", |person| person.birth_date = Given::Unreadable),
        ("minor", |person| person.minor = Given::Value(true)),
    ];
    for (name, know) in all {
        let mut person = Person::default();
        know(&mut person);
        let event = bare().with_person(person);
        let json = event.write_json(Disclose::Everything);
        let read = Event::from_json(json.as_bytes(), &ReadOptions::new()).unwrap();
        let facts = |person: &Person| {
            let band = person.age_band(time());
            (person.erased, person.objected, person.birth_date, band)
        };
        assert_eq!(facts(read.person()), facts(&person), "{name}");
        assert_ne!(event.key(), bare().key(), "{name}");
        assert!(!event.write_json(Disclose::NotThePerson).contains("person"), "{name}");
    }
}

#[test]
fn a_birth_date_after_the_event_is_not_silence() {
    let mut user = User::default();
    let later = Timestamp::from_unix_secs(1_795_197_791 + 400 * 86_400);
    user.date_of_birth = Some(DateOfBirth::parse("2027-06-01", None, later).unwrap());
    assert!(bare().with_user(user).person().age.is_unreadable());
    let mut user = User::default();
    user.date_of_birth = Some(DateOfBirth::from_hashed(&"3".repeat(64)).unwrap());
    assert!(bare().with_user(user).person().age.is_absent());
}

/// What a serialised request without its headers leaves behind.
#[test]
fn an_empty_list_of_headers_is_no_observation() {
    let mut client = Client::new();
    client.set_headers(HeaderList::unordered([]).unwrap());
    let event = bare().with_client(client);
    assert!(event.consent().gpc.is_absent() && event.client().headers().is_none());
}

#[test]
fn a_number_loses_personal_data_like_a_text() {
    let named = |key, number: &str| (Text::scrubbed(key).unwrap().0, Scalar::Number(number.into()));
    let mut data = CustomData::default();
    data.properties = vec![
        named("ref", "4111111111111111"),
        named("long", &"1".repeat(5_000)),
        named("size", "7"),
    ];
    let event = bare().with_custom_data(data);
    // Too long to be looked through, and too large for a number as well.
    assert_eq!(event.unwrap_err(), CustomDataError::NotANumber);
    let mut data = CustomData::default();
    let small = format!("0.{}", "1".repeat(5_000));
    data.properties =
        vec![named("ref", "4111111111111111"), named("long", &small), named("size", "7")];
    let event = bare().with_custom_data(data).unwrap();
    assert_eq!(event.custom_data().properties, [named("size", "7")]);
    let codes: Vec<&str> = event.issues().iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["personal_data_removed", "free_text_too_long"]);
}
