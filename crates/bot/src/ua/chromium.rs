//! Which third version number ("build") belongs to which Chromium major.
//!
//! Chromium's build number never goes back, so each major owns a range of them. A generator of
//! user agents that rolls the numbers seldom hits it.

use super::UaDataError;

/// The ranges, sorted by major.
#[derive(Clone, Debug)]
pub(super) struct ChromiumBuilds(Box<[Row]>);

#[derive(Clone, Copy, Debug)]
struct Row {
    major: u32,
    lo: u32,
    hi: u32,
}

/// The numbers after `Chrome/`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ChromeVersion {
    pub(super) major: u32,
    /// `None` for a version of one or two numbers.
    pub(super) build: Option<u32>,
}

/// How far a build may lie outside its range. Release branches are cut before the next major is
/// opened, and the ranges were observed, not published.
const SLACK: u32 = 60;
/// How many majors beyond the newest known one are still believed: about five years of releases.
const FUTURE: u32 = 65;

impl ChromiumBuilds {
    pub(super) fn read(file: &str) -> Result<Self, UaDataError> {
        let mut rows: Vec<Row> = Vec::new();
        for (index, line) in file.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = UaDataError::Row { line: index.saturating_add(1) };
            let mut numbers = line.split('\t').map(|field| field.parse::<u32>().ok());
            let mut next = || numbers.next().flatten().ok_or(bad);
            let row = Row { major: next()?, lo: next()?, hi: next()? };
            let after = rows.last().is_none_or(|last| last.major < row.major && last.hi <= row.hi);
            if row.lo > row.hi || !after {
                return Err(bad);
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(UaDataError::Empty);
        }
        Ok(Self(rows.into_boxed_slice()))
    }

    /// Whether no Chromium of this major can have had this build. What the table cannot tell is
    /// possible: build 0 (a reduced user agent), majors older than the table.
    pub(super) fn is_impossible(&self, version: ChromeVersion) -> bool {
        let Some(newest) = self.0.last() else { return false };
        if version.major > newest.major.saturating_add(FUTURE) {
            return true;
        }
        let Some(build) = version.build.filter(|build| *build != 0) else { return false };
        let next = self.0.partition_point(|row| row.major < version.major);
        let at_or_after = self.0.get(next);
        let before = next.checked_sub(1).and_then(|at| self.0.get(at));
        let (lo, hi) = match (before, at_or_after) {
            (_, Some(row)) if row.major == version.major => (row.lo, row.hi),
            (Some(before), Some(after)) => (before.hi, after.lo),
            (Some(before), None) => (before.hi, u32::MAX),
            (None, _) => return false,
        };
        build < lo.saturating_sub(SLACK) || build > hi.saturating_add(SLACK)
    }
}

impl ChromeVersion {
    /// Reads `M.m.B.P`; anything may follow. `None` if it does not begin with a number. The build is
    /// believed only if a fourth number follows: logs cut user agents off.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (major, rest) = number(text)?;
        let build = || {
            let (_, rest) = number(rest.strip_prefix('.')?)?;
            let (build, rest) = number(rest.strip_prefix('.')?)?;
            number(rest.strip_prefix('.')?)?;
            Some(build)
        };
        Some(Self { major, build: build() })
    }
}

/// The number that `text` begins with. One too long for 32 bits is the largest.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    number(text).map(|(number, _)| number)
}

fn number(text: &str) -> Option<(u32, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(len).filter(|(digits, _)| !digits.is_empty())?;
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impossible(version: &str) -> bool {
        let builds = ChromiumBuilds::read("53\t2744\t2785\n55\t2841\t2883\n").unwrap();
        builds.is_impossible(ChromeVersion::read(version).unwrap())
    }

    #[test]
    fn a_build_belongs_to_its_major_or_between_its_neighbours() {
        assert!(!impossible("53.0.2785.116"));
        assert!(!impossible("53.0.2700.1"), "within the slack");
        assert!(impossible("53.0.7149.1690"));
        assert!(!impossible("54.0.2800.1"), "between 53 and 55");
        assert!(impossible("54.0.1000.1"));
        assert!(!impossible("99.0.9999.1"), "newer than the table");
        assert!(impossible("99.0.2000.1"), "newer than the table, but an old build");
        assert!(impossible("999.0.0.0"));
    }

    #[test]
    fn what_the_table_cannot_tell_is_possible() {
        for version in [
            "53.0.0.0",
            "53",
            "53.0",
            "53.0.x",
            "53.0.9999",
            "53.0 Safari/537.36",
            "4.0.212.0",
            "2.0.1.1",
        ] {
            assert!(!impossible(version), "{version}");
        }
    }
}
