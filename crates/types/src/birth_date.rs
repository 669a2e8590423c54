//! Birth dates and ages that tell nothing of the person.

/// The greatest age that is believed, in years: the oldest verified person reached 122.
pub const MAX_BELIEVED_AGE: u8 = 122;

/// Whether databases and spreadsheets write this day where there is none: MySQL's zeros, .NET's first day, SQL
/// Server's two, and those of spreadsheets, to whose empty date Excel gives no day in January 1900. Any other of
/// long ago may be a child's, in another calendar or without its century.
///
/// ```
/// use predispatch_types::is_no_birth_date;
///
/// assert!(is_no_birth_date(1, 1, 1) && is_no_birth_date(1900, 1, 0));
/// assert!(!is_no_birth_date(15, 2, 3) && !is_no_birth_date(1900, 2, 0));
/// ```
pub const fn is_no_birth_date(year: i32, month: u32, day: u32) -> bool {
    matches!(
        (year, month, day),
        (0, 0, 0) | (1 | 1753, 1, 1) | (1899, 12, 30 | 31) | (1900, 1, 0 | 1)
    )
}

/// Whether it is the year of [such a day](is_no_birth_date).
pub const fn is_no_birth_year(year: i32) -> bool {
    matches!(year, 0 | 1 | 1753 | 1899 | 1900)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_years_are_those_of_the_days() {
        for year in -10_000..=10_000 {
            let mut days = (0..=12).flat_map(|month| (0..=31).map(move |day| (month, day)));
            let has_day = days.any(|(month, day)| is_no_birth_date(year, month, day));
            assert_eq!(is_no_birth_year(year), has_day, "{year}");
        }
    }
}
