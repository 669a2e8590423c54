//! Our own lists: networks under their labels.

use super::{Loading, asn::read_asn, lines};
use crate::ip::{Class, LoadError, RowFault, record::InternedLabel};

/// Networks a line, each labelled by the last `@label` line above it.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    let mut label = Err(RowFault::Missing);
    for (number, line) in lines::rows(bytes)? {
        if let Some(text) = line.strip_prefix("@label ") {
            to.row(number, |to| {
                label = read_label(to, number, text);
                label.map(|_| ())
            });
        } else {
            to.row(number, |to| to.text(number, lines::before_comment(line), label?));
        }
    }
    Ok(())
}

/// `class,class`, and after a space `provider=`, `operator=` or `asn=` with its text up to the end.
fn read_label(to: &mut Loading<'_>, number: u64, text: &str) -> Result<InternedLabel, RowFault> {
    let (classes, rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut label = to.base();
    for class in classes.split(',') {
        let class = Class::from_name(class).ok_or(RowFault::UnknownWord)?;
        label.classes = label.classes.with(class);
    }
    match rest.split_once('=') {
        None if rest.is_empty() => {}
        Some(("provider", name)) => label.provider = to.name_or_none(number, name),
        Some(("operator", name)) => label.operator = to.name_or_none(number, name),
        Some(("asn", asn)) => label.asn = read_asn(asn)?,
        _ => return Err(RowFault::UnknownWord),
    }
    Ok(label)
}
