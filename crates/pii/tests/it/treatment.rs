//! Which platform takes which kind, hashed or in clear: `treatment.tsv`, written from the documents
//! (`docs/sources.md#kinds`), against the code.

use predispatch_pii::{Format, Kind, Treatment};

#[test]
fn every_kind_at_every_format_is_as_documented() {
    let table = include_str!("../data/treatment.tsv");
    let mut lines = table.lines();
    let head: Vec<&str> = lines.next().unwrap().split('\t').skip(1).collect();
    let formats: Vec<String> = Format::ALL.iter().map(|format| format!("{format:?}")).collect();
    assert_eq!(head, formats);
    let mut cells = 0;
    for line in lines {
        let (kind, letters) = line.split_once('\t').unwrap();
        let kind: Kind = kind.parse().unwrap();
        for (format, letter) in Format::ALL.into_iter().zip(letters.split('\t')) {
            let documented = match letter {
                "H" => Treatment::Hashed,
                "P" => Treatment::Plain,
                "-" => Treatment::NotTaken,
                other => panic!("{other:?} in the table"),
            };
            assert_eq!(format.treatment(kind), documented, "{kind} at {format:?}");
            cells += 1;
        }
    }
    assert_eq!(cells, Kind::ALL.len() * Format::ALL.len());
}
