//! Rows of CSV files.
#![cfg(feature = "csv")]

use predispatch_consent::Given;
use predispatch_event::{
    ColumnMap, CsvError, CsvRowError, Disclose, Event, ReadOptions, csv_events,
};

fn read(file: &str, columns: &ColumnMap) -> Vec<Result<Event, CsvRowError>> {
    csv_events(file.as_bytes(), columns, &ReadOptions::new()).unwrap().collect()
}

fn json(row: &Result<Event, CsvRowError>) -> String {
    row.as_ref().unwrap().write_json(Disclose::Everything)
}

#[test]
fn metas_template_is_read_unchanged() {
    let rows = read(include_str!("../data/meta_offline.csv"), &ColumnMap::meta_offline());
    assert_eq!(rows.len(), 4);
    assert_eq!(
        json(&rows[0]),
        r#"{"event_name":"purchase","event_time":"2026-11-20T18:03:11Z","action_source":"physical_store","user":{"email":["ada@example.com","b@example.org"],"phone":"+442079460958","first_name":"Ada","last_name":"Example","date_of_birth":"19900217","gender":"female","city":"London","postal_code":"SW1A 1AA","country":"GB","external_id":"c-1009"},"custom_data":{"currency":"GBP","value":"129.95","order_id":"A-1009"},"person":{"age":36}}"#
    );
    assert_eq!(
        json(&rows[1]),
        r#"{"event_name":"lead","event_time":"2026-11-20T18:03:11Z","action_source":"physical_store","user":{"first_name":"Bo","last_name":"Example","region":"CA","postal_code":"94103","country":"US"}}"#
    );
    // A bad row leaves the next alone.
    let error = rows[2].as_ref().unwrap_err();
    assert_eq!((error.row, error.kind.code()), (3, "time_not_a_time"));
    assert!(!error.to_string().contains("not a time,"));
    assert!(rows[3].is_ok());
}

#[test]
fn googles_template_is_read_unchanged() {
    let columns = ColumnMap::google_click_conversions().rename_event("Offline sale", "purchase");
    let rows = read(include_str!("../data/google_offline.csv"), &columns);
    assert_eq!(
        json(&rows[0]),
        r#"{"event_name":"purchase","event_time":"2026-11-20T18:03:11Z","click_ids":{"gclid":"Cj0KCQ"},"custom_data":{"currency":"USD","value":"129.90"},"consent":{"consent_mode":{"ad_user_data":"granted","ad_personalization":"denied"}}}"#
    );
    let times: Vec<String> = rows
        .iter()
        .map(|row| match row {
            Ok(event) => event.time().to_string(),
            Err(error) => error.kind.code().to_owned(),
        })
        .collect();
    assert_eq!(
        times,
        [
            "2026-11-20T18:03:11Z",
            "2026-11-20T18:03:11Z",
            "2026-11-20T18:03:11Z",
            // Half past one came twice that night in New York: the row has to give its offset.
            "time_no_offset",
            "2026-11-20T12:03:11Z",
        ]
    );
}

#[test]
fn headers_are_checked_before_any_row() {
    let options = ReadOptions::new();
    let check = |file: &'static str| {
        csv_events(file.as_bytes(), &ColumnMap::canonical(), &options).map(Iterator::count)
    };
    assert_eq!(check(""), Err(CsvError::NoHeader));
    assert_eq!(check("event_name,emial\n"), Err(CsvError::UnknownColumn { index: 1 }));
    assert_eq!(check("event_name,user\n"), Err(CsvError::UnknownColumn { index: 1 }));
    assert_eq!(check("event_name,user.email,custom_data.properties.colour\na,b,c\n"), Ok(1));
}

#[test]
fn each_broken_row_has_its_error() {
    let file = "event_name,event_time,user.gender\n\
                lead,1795197791,f,too many\n\
                lead,1795197791\n\
                ,1795197791,f\n";
    let rows = read(file, &ColumnMap::canonical());
    let codes: Vec<_> =
        rows.iter().map(|row| row.as_ref().err().map(|error| error.kind.code())).collect();
    assert_eq!(codes, [Some("csv_too_many_cells"), None, Some("missing")]);
    let twice = "event_name,event_time,custom_data.properties.a,custom_data.properties.a\n\
                 lead,1795197791,1,2\n\
                 lead,1795197791,1,\n";
    let rows = read(twice, &ColumnMap::canonical());
    assert_eq!(rows[0].as_ref().unwrap_err().kind.code(), "csv_two_values");
    assert!(rows[1].is_ok());
    let long =
        format!("event_name,event_time\n{},1795197791\nlead,1795197791\n", "x".repeat(70_000));
    let rows = read(&long, &ColumnMap::canonical());
    assert_eq!(rows[0].as_ref().unwrap_err().kind.code(), "too_large");
    assert!(rows[1].is_ok());
}

/// A row that was cut off must not lose the person's no.
#[test]
fn a_row_that_ends_before_an_answer_is_no_event() {
    for decides in [
        "consent.gpc",
        "consent.cmp.meta",
        "jurisdiction.country",
        "person.minor",
        "user.date_of_birth",
        "vertical",
        "source",
        "destinations",
    ] {
        let file = format!("event_name,event_time,{decides}\nlead,1795197791\nlead,1795197791,\n");
        let rows = read(&file, &ColumnMap::canonical());
        let error = rows[0].as_ref().expect_err(decides);
        assert_eq!(error.kind.code(), "csv_too_few_cells", "{decides}");
        assert!(rows[1].is_ok(), "{decides}");
    }
}

/// A year of birth alone tells of a child.
#[test]
fn a_year_of_birth_counts_for_the_age() {
    for (dob, doby, age, expected) in [
        ("", "2015", "", Given::Value(10)),
        ("", "1990", "", Given::Value(35)),
        ("1990-02-17", "1990", "", Given::Value(36)),
        ("", "1990", "36", Given::Value(36)),
        ("", "2015", "36", Given::Value(10)),
        ("", "2026", "", Given::Value(0)),
        ("", "2027", "", Given::Unreadable),
        ("", "15", "", Given::Unreadable),
        ("", "", "", Given::Absent),
    ] {
        let file = format!(
            "event_name,event_time,dob,DOBY,age\nLead,2026-11-20T18:03:11Z,{dob},{doby},{age}\n"
        );
        let rows = read(&file, &ColumnMap::meta_offline());
        assert_eq!(rows[0].as_ref().unwrap().person().age, expected, "{dob} {doby} {age}");
    }
}
