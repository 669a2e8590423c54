//! Months by name.

use zeroize::Zeroizing;

/// The number of a month, 1 to 12, by its full name or its first three or more letters in English,
/// or by its full name in German, French, Spanish, Italian, Portuguese and Dutch.
pub(crate) fn by_name(word: &str) -> Option<u32> {
    if !word.starts_with(char::is_alphabetic) {
        return None;
    }
    let word = Zeroizing::new(word.to_lowercase());
    let english = |name: &str| word.len() >= 3 && name.starts_with(word.as_str());
    MONTHS
        .iter()
        .find(|(_, [first, others @ ..])| english(first) || others.contains(&word.as_str()))
        .map(|(number, _)| *number)
}

/// English first. `sept` and `mär` are how people shorten what three letters would not tell.
const MONTHS: [(u32, [&str; 8]); 12] = [
    (1, ["january", "januar", "janvier", "enero", "gennaio", "janeiro", "januari", "jänner"]),
    (
        2,
        [
            "february",
            "februar",
            "février",
            "febrero",
            "febbraio",
            "fevereiro",
            "februari",
            "fevrier",
        ],
    ),
    (3, ["march", "märz", "mars", "marzo", "marzo", "março", "maart", "maerz"]),
    (4, ["april", "april", "avril", "abril", "aprile", "abril", "april", "avr"]),
    (5, ["may", "mai", "mai", "mayo", "maggio", "maio", "mei", "mai"]),
    (6, ["june", "juni", "juin", "junio", "giugno", "junho", "juni", "juin"]),
    (7, ["july", "juli", "juillet", "julio", "luglio", "julho", "juli", "juil"]),
    (8, ["august", "august", "août", "agosto", "agosto", "agosto", "augustus", "aout"]),
    (
        9,
        [
            "september",
            "september",
            "septembre",
            "septiembre",
            "settembre",
            "setembro",
            "september",
            "setiembre",
        ],
    ),
    (10, ["october", "oktober", "octobre", "octubre", "ottobre", "outubro", "oktober", "okt"]),
    (
        11,
        [
            "november",
            "november",
            "novembre",
            "noviembre",
            "novembre",
            "novembro",
            "november",
            "nov",
        ],
    ),
    (
        12,
        [
            "december",
            "dezember",
            "décembre",
            "diciembre",
            "dicembre",
            "dezembro",
            "december",
            "dez",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_names_two_months() {
        for (number, names) in MONTHS {
            for name in names {
                assert_eq!(by_name(name), Some(number), "{name}");
            }
        }
        assert_eq!(by_name("Sept"), Some(9));
        assert_eq!(by_name("MAR"), Some(3));
        for word in ["", "ja", "ju", "16", "monday"] {
            assert_eq!(by_name(word), None, "{word}");
        }
    }
}
