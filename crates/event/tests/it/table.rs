//! Rows of CSV files.
#![cfg(feature = "csv")]

use predispatch_consent::Given;
use predispatch_event::{
    ColumnMap, CsvError, CsvRowError, Disclose, Event, ReadOptions, csv_events,
};
use predispatch_types::Platform;

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
        "app.advertiser_tracking_enabled",
        "app.application_tracking_enabled",
        "person.erased",
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
        // Of days that databases and spreadsheets write for none.
        ("", "1900", "", Given::Absent),
        ("", "1899", "", Given::Absent),
        ("", "1753", "36", Given::Value(36)),
        ("", "1800", "36", Given::Unreadable),
        ("", "0001", "", Given::Absent),
        ("", "0000", "", Given::Absent),
        ("", "", "", Given::Absent),
    ] {
        let file = format!(
            "event_name,event_time,dob,DOBY,age\nLead,2026-11-20T18:03:11Z,{dob},{doby},{age}\n"
        );
        let rows = read(&file, &ColumnMap::meta_offline());
        assert_eq!(rows[0].as_ref().unwrap().person().age, expected, "{dob} {doby} {age}");
    }
}

/// What can't be read in the header may be the name of an answer.
#[test]
fn a_header_that_cannot_be_read_is_an_error() {
    let columns = ColumnMap::canonical().column("Werbung f\u{fc}r Meta", "consent.cmp.meta");
    for header in [&b"person.minor\xA0"[..], b"Werbung f\xFCr Meta"] {
        let file = [b"event_name,event_time,", header, b"\nlead,1795197791,false\n"].concat();
        let error = csv_events(&file, &columns, &ReadOptions::new()).map(Iterator::count);
        assert_eq!(error, Err(CsvError::UnknownColumn { index: 2 }));
    }
}

#[test]
fn a_cell_under_no_header_is_an_error_of_its_row() {
    let file = "event_name,event_time,,\nlead,1795197791,, \nlead,1795197791,true,\n";
    let rows = read(file, &ColumnMap::canonical());
    assert!(rows[0].is_ok());
    assert_eq!(rows[1].as_ref().unwrap_err().kind.code(), "csv_too_many_cells");
}

#[test]
fn a_column_of_consent_that_would_be_lost_is_an_error() {
    let options = ReadOptions::new();
    for path in [
        "consent.CMP.meta",
        "consent.consentMode.ad_user_data",
        "consent.explicit_consent.time",
        "consent.cmp.",
        "consent.cmp.meta.answer",
        "consent.",
        "consent",
    ] {
        let file = format!("event_name,event_time,{path}\nlead,1795197791,false\n");
        let count = |columns: &ColumnMap, file: &str| {
            csv_events(file.as_bytes(), columns, &options).map(Iterator::count)
        };
        let unknown = Err(CsvError::UnknownColumn { index: 2 });
        assert_eq!(count(&ColumnMap::canonical(), &file), unknown, "{path}");
        let mapped = ColumnMap::canonical().column("opt-in", path);
        let file = "event_name,event_time,opt-in\nlead,1795197791,false\n";
        assert_eq!(count(&mapped, file), unknown, "{path}");
        let fixed = ColumnMap::canonical().constant(path, "false");
        let file = "event_name,event_time\nlead,1795197791\n";
        assert_eq!(count(&fixed, file), Err(CsvError::UnknownConstant { index: 0 }), "{path}");
    }
}

#[test]
fn of_two_years_of_birth_none_is_taken() {
    let file =
        "event_name,event_time,doby,DOBY\nLead,1795197791,2015,1980\nLead,1795197791,,2015\n";
    let rows = read(file, &ColumnMap::meta_offline());
    assert_eq!(rows[0].as_ref().unwrap_err().kind.code(), "csv_two_values");
    assert_eq!(rows[1].as_ref().unwrap().person().age, Given::Value(10));
}

#[test]
fn constants_are_checked_like_headers() {
    let file = "event_name,event_time,person.birth_year\nlead,2026-11-20T18:03:11Z,\n\
                lead,2026-11-20T18:03:11Z,1990\n";
    let check = |columns: &ColumnMap| {
        csv_events(file.as_bytes(), columns, &ReadOptions::new()).map(Iterator::count)
    };
    for (path, value) in [("verticle", "health"), ("destination", "meta"), ("client.headers", "")] {
        let columns = ColumnMap::canonical().constant("source", "server").constant(path, value);
        assert_eq!(check(&columns), Err(CsvError::UnknownConstant { index: 1 }), "{path}");
    }
    let columns = ColumnMap::canonical().constant("person.birth_year", "2012");
    let rows = read(file, &columns);
    let ages: Vec<_> = rows.iter().map(|row| row.as_ref().unwrap().person().age).collect();
    assert_eq!(ages, [Given::Value(13), Given::Value(35)]);
}

/// The last word on a header or a constant counts; a header cannot be two fields.
#[test]
fn no_mapping_is_lost_in_silence() {
    let file = "event_name,event_time,uid\nLead,1795197791,false\n";
    let check = |columns: ColumnMap| {
        let options = ReadOptions::new();
        let mut rows = csv_events(file.as_bytes(), &columns, &options)?;
        Ok(json(&rows.next().unwrap()))
    };
    let plain = r#"{"event_name":"lead","event_time":"2026-11-20T18:03:11Z","action_source":"physical_store"}"#;
    let map = ColumnMap::meta_offline;
    assert_eq!(check(map()).as_deref(), Ok(plain));
    let refused = plain.replace('}', r#","consent":{"cmp":{"meta":false}}}"#);
    let meta = map().column("uid", "consent.cmp.meta");
    assert_eq!(check(meta.clone()).as_deref(), Ok(&*refused));
    assert_eq!(check(meta.clone().ignore("UID")).as_deref(), Ok(plain));
    assert_eq!(check(meta.clone().column("uid", "consent.cmp.meta")).as_deref(), Ok(&*refused));
    let both = meta.column("UID", "consent.cmp.google");
    assert_eq!(check(both), Err(CsvError::TwoFields { index: 2 }));
    let web = map().constant("action_source", "website");
    assert_eq!(
        check(web).as_deref(),
        Ok(&*plain.replace(r#","action_source":"physical_store""#, ""))
    );
}

#[test]
fn truths_and_section_ids_are_read_as_spreadsheets_write_them() {
    let consent = |path: &str, cell: &str| {
        let file = format!("event_name,event_time,consent.{path}\nlead,1795197791,\"{cell}\"\n");
        read(&file, &ColumnMap::canonical())[0].as_ref().unwrap().consent().clone()
    };
    for (word, truth) in [("TRUE", true), ("False", false), ("true", true), ("FALSE", false)] {
        // As a column and as a constant.
        let file = "event_name,event_time\nlead,1795197791\n";
        let columns = ColumnMap::canonical().constant("person.minor", word);
        let rows = read(file, &columns);
        assert_eq!(rows[0].as_ref().unwrap().person().minor, Given::Value(truth), "{word}");
        assert_eq!(consent("gpc", word).gpc, Given::Value(truth), "{word}");
        assert_eq!(consent("gdpr_applies", word).gdpr_applies, Given::Value(truth), "{word}");
        assert_eq!(consent("pending", word).pending, Given::Value(truth), "{word}");
        let meta = consent("cmp.meta", word).cmp_answer(Platform::Meta);
        assert_eq!(meta, Given::Value(truth), "{word}");
        let file = format!("event_name,event_time,person.minor\nlead,1795197791,{word}\n");
        let rows = read(&file, &ColumnMap::canonical());
        assert_eq!(rows[0].as_ref().unwrap().person().minor, Given::Value(truth), "{word}");
    }
    assert!(consent("gpc", "yes").gpc.is_unreadable());
    // No grant of Consent Mode is a truth.
    let mode = consent("consent_mode.ad_storage", "TRUE").consent_mode;
    assert!(mode.value().unwrap().ad_storage.is_unreadable());

    for (cell, ids) in
        [("7", vec![7]), ("7_8", vec![7, 8]), ("7,8", vec![7, 8]), (" 7, 16 ", vec![7, 16])]
    {
        assert_eq!(consent("gpp_sid", cell).gpp_sid, Given::Value(ids), "{cell}");
    }
    assert!(consent("gpp_sid", "-1").gpp_sid.is_absent());
    for odd in ["7.8", "7;8", "7,", "_", "0", "70000", "seven", "[7]", "TRUE", "7__8"] {
        assert!(consent("gpp_sid", odd).gpp_sid.is_unreadable(), "{odd}");
    }
}
