//! Gender.

use core::fmt;

use crate::{
    DigestShape, Format, Hashed, HashedError, Identifier, Kind, NormalForm, Withheld,
    fold::{LowerCase, is_word_char},
    hashed::looks_like_digest,
    identifier::{Held, sealed::Sealed},
    placeholder,
    text::PlainText,
};

/// A gender, or the sender's digest of one.
///
/// `f` and `m` for Meta, Snapchat and Pinterest; `n` (non-binary) for Pinterest alone. Sources:
/// `docs/sources.md#gender`.
///
/// ```
/// use predispatch_pii::{Format, Gender, Identifier, Withheld};
///
/// let gender = Gender::parse("Non-binary")?;
/// assert_eq!(gender.normal_form(Format::Pinterest)?.as_str(), "n");
/// assert_eq!(gender.normal_form(Format::Meta).unwrap_err(), Withheld::NotTakenValue);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Gender(Held<Known>);

#[derive(Clone, Eq, Hash, PartialEq)]
enum Known {
    Female,
    Male,
    NonBinary,
}

impl Gender {
    /// Reads a word: `f`, `female`, `woman`, `m`, `male`, `man`, `non-binary`, `divers`, `x` and
    /// the like in the larger European languages.
    ///
    /// # Errors
    /// [`GenderError::Unknown`] for any other word: a guess would be wrong half of the time.
    pub fn parse(raw: &str) -> Result<Self, GenderError> {
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            return Err(GenderError::Empty);
        }
        if let Some(shape) = looks_like_digest(trimmed) {
            return Err(GenderError::Digest(shape));
        }
        if placeholder::is_placeholder(trimmed) {
            return Err(GenderError::Placeholder);
        }
        if trimmed.len() > LONGEST_WORD {
            return Err(GenderError::Unknown);
        }
        let word = LowerCase::of(trimmed).collect_trimmed(is_word_char);
        let known = if FEMALE.contains(&word.as_str()) {
            Known::Female
        } else if MALE.contains(&word.as_str()) {
            Known::Male
        } else if NON_BINARY.contains(&word.as_str()) {
            Known::NonBinary
        } else {
            return Err(GenderError::Unknown);
        };
        Ok(Self(Held::Plain(known)))
    }

    /// Takes the sender's digest of a gender.
    ///
    /// # Errors
    /// As [`Hashed::parse`].
    pub fn from_hashed(digest: &str) -> Result<Self, HashedError> {
        Hashed::parse(digest).map(|hashed| Self(Held::Hashed(hashed)))
    }
}

impl Known {
    const fn word(&self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::NonBinary => "non-binary",
        }
    }
}

impl Sealed for Gender {}

impl Identifier for Gender {
    const KIND: Kind = Kind::Gender;

    fn hashed(&self) -> Option<&Hashed> {
        self.0.hashed()
    }

    fn plain_text(&self) -> Option<NormalForm<'_>> {
        self.0.plain().map(|known| NormalForm::borrowed(known.word()))
    }

    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld> {
        match (self.0.plain_for(Self::KIND, format)?, format) {
            (Known::Female, _) => NormalForm::owned(PlainText::from("f")),
            (Known::Male, _) => NormalForm::owned(PlainText::from("m")),
            (Known::NonBinary, Format::Pinterest) => NormalForm::owned(PlainText::from("n")),
            (Known::NonBinary, _) => Err(Withheld::NotTakenValue),
        }
    }
}

impl fmt::Debug for Gender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gender(<redacted>)")
    }
}

/// Why a plain text is not a [`Gender`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GenderError {
    /// A digest in a plain field.
    #[error("gender is {0}")]
    Digest(DigestShape),
    /// Nothing but white space.
    #[error("gender is empty")]
    Empty,
    /// A value that stands for none, such as `unknown`.
    #[error("gender is a placeholder")]
    Placeholder,
    /// A word that is not in the lists, such as `other` or a refusal to say.
    #[error("gender is none of the known words for female, male and non-binary")]
    Unknown,
}

impl GenderError {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Digest(_) => "gender_is_digest",
            Self::Empty => "gender_empty",
            Self::Placeholder => "gender_placeholder",
            Self::Unknown => "gender_unknown",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<GenderError>();

// Lower case, letters only: `non-binary` is compared as `nonbinary`.

const FEMALE: &[&str] = &[
    "f",
    "female",
    "woman",
    "girl",
    "w",
    "weiblich",
    "frau",
    "femme",
    "féminin",
    "feminin",
    "femenino",
    "femenina",
    "mujer",
    "femminile",
    "donna",
    "feminino",
    "feminina",
    "mulher",
    "vrouw",
    "vrouwelijk",
    "kvinna",
    "kvinde",
    "kvinne",
    "kobieta",
    "nainen",
    "žena",
    "kadın",
    "женский",
    "女",
    "女性",
    "여",
    "여성",
];

const MALE: &[&str] = &[
    "m",
    "male",
    "man",
    "boy",
    "männlich",
    "herr",
    "mann",
    "homme",
    "masculin",
    "masculino",
    "hombre",
    "maschile",
    "uomo",
    "homem",
    "mannelijk",
    "mand",
    "mężczyzna",
    "mies",
    "muž",
    "erkek",
    "мужской",
    "男",
    "男性",
    "남",
    "남성",
];

const NON_BINARY: &[&str] = &[
    "n",
    "nb",
    "x",
    "d",
    "nonbinary",
    "enby",
    "divers",
    "diverse",
    "nonbinaire",
    "nobinario",
    "nobinaria",
    "nonbinario",
    "nãobinário",
];

/// In bytes; longer is no word of the lists.
const LONGEST_WORD: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(raw: &str) -> Result<String, GenderError> {
        let gender = Gender::parse(raw)?;
        Ok(gender.normal_form(Format::Pinterest).unwrap().as_str().to_owned())
    }

    #[test]
    fn words_of_many_languages() {
        for word in ["Female", " W ", "F.", "Frau", "FEMME", "女性"] {
            assert_eq!(letter(word).as_deref(), Ok("f"), "{word}");
        }
        for word in ["M", "male", "Männlich", "MÄNNLICH", "Homme"] {
            assert_eq!(letter(word).as_deref(), Ok("m"), "{word}");
        }
        for word in ["non-binary", "Non Binary", "divers", "X"] {
            assert_eq!(letter(word).as_deref(), Ok("n"), "{word}");
        }
    }

    #[test]
    fn every_listed_word_is_found() {
        for word in FEMALE.iter().chain(MALE).chain(NON_BINARY) {
            assert!(letter(word).is_ok(), "{word}");
        }
    }

    #[test]
    fn each_broken_rule_has_its_error() {
        assert_eq!(letter(" "), Err(GenderError::Empty));
        assert_eq!(letter("unknown"), Err(GenderError::Placeholder));
        assert_eq!(letter(&"0".repeat(64)), Err(GenderError::Digest(DigestShape::Sha256)));
        for word in ["other", "prefer not to say", "fm", "mrs"] {
            assert_eq!(letter(word), Err(GenderError::Unknown), "{word}");
        }
    }
}
