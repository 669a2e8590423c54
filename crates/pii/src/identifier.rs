//! What every identifier can be asked: its normal form and what goes on the wire, per format.

use core::fmt;

use predispatch_types::Sha256Digest;

use crate::{Format, Hashed, Kind, MetaSuffix, Treatment, placeholder, text::PlainText};

/// A personal identifier, plain or hashed by the sender.
///
/// Implemented by the identifier types of this crate only.
///
/// ```
/// use predispatch_pii::{Email, Format, Identifier, Withheld};
///
/// let email = Email::parse("Jane.Doe+news@gmail.com")?;
/// assert_eq!(email.normal_form(Format::Meta)?.as_str(), "jane.doe+news@gmail.com");
/// assert_eq!(email.normal_form(Format::GoogleDataManager)?.as_str(), "janedoe@gmail.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Identifier: sealed::Sealed {
    /// Which kind this is.
    const KIND: Kind;

    /// The digest that the sender made, if that is all there is.
    fn hashed(&self) -> Option<&Hashed>;

    /// The plain text that reads as this identifier again, to keep an event by; `None` if only a
    /// digest was given. It is never what a platform gets: that is [`wire`](Self::wire).
    fn plain_text(&self) -> Option<NormalForm<'_>>;

    /// The text that `format` hashes, or takes in clear.
    ///
    /// # Errors
    /// [`Withheld`] says why `format` gets none.
    fn normal_form(&self, format: Format) -> Result<NormalForm<'_>, Withheld>;

    /// SHA-256 of the normal form, or the sender's digest. For a platform that takes the kind in
    /// clear it is the hash of that text; [`wire`](Self::wire) tells what is sent.
    ///
    /// # Errors
    /// [`Withheld`] says why `format` gets none.
    fn sha256(&self, format: Format) -> Result<Sha256Digest, Withheld> {
        match (self.hashed(), format.treatment(Self::KIND)) {
            (_, Treatment::NotTaken) => Err(Withheld::NotTaken),
            (Some(hashed), Treatment::Hashed) => Ok(hashed.sha256()),
            (Some(_), Treatment::Plain) => Err(Withheld::OnlyHashed),
            (None, _) => Ok(self.normal_form(format)?.sha256()),
        }
    }

    /// What goes on the wire: the hash of the normal form, or the normal form itself where the
    /// platform documents it in clear.
    ///
    /// # Errors
    /// [`Withheld`] says why nothing does.
    fn wire(&self, format: Format) -> Result<Wire<'_>, Withheld> {
        match format.treatment(Self::KIND) {
            Treatment::NotTaken => Err(Withheld::NotTaken),
            Treatment::Plain => self.normal_form(format).map(Wire::Plain),
            Treatment::Hashed => match self.hashed() {
                Some(hashed) => Ok(hashed.wire(format)),
                None => Ok(Wire::Hash(self.normal_form(format)?.sha256())),
            },
        }
    }
}

#[expect(unnameable_types, reason = "that it cannot be named outside is what seals the trait")]
pub(crate) mod sealed {
    /// Keeps [`Identifier`](super::Identifier) to this crate.
    pub trait Sealed {}
}

/// What an identifier holds: the plain parts, or a digest that the sender made.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Held<P> {
    Plain(P),
    Hashed(Hashed),
}

impl<P> Held<P> {
    pub(crate) const fn hashed(&self) -> Option<&Hashed> {
        match self {
            Self::Plain(_) => None,
            Self::Hashed(hashed) => Some(hashed),
        }
    }

    pub(crate) const fn plain(&self) -> Option<&P> {
        match self {
            Self::Plain(plain) => Some(plain),
            Self::Hashed(_) => None,
        }
    }

    /// The plain parts, for a format that takes the kind at all.
    pub(crate) const fn plain_for(&self, kind: Kind, format: Format) -> Result<&P, Withheld> {
        match self {
            _ if matches!(format.treatment(kind), Treatment::NotTaken) => Err(Withheld::NotTaken),
            Self::Plain(plain) => Ok(plain),
            Self::Hashed(_) => Err(Withheld::OnlyHashed),
        }
    }
}

/// A normal form: plain personal text, ready to be hashed or, where documented, sent.
///
/// `Debug` is redacted; there is no `Display` and no `Serialize`. Owned bytes are wiped on drop.
#[derive(Clone)]
pub struct NormalForm<'a>(Form<'a>);

#[derive(Clone)]
enum Form<'a> {
    Borrowed(&'a [u8]),
    Owned(PlainText),
}

impl<'a> NormalForm<'a> {
    pub(crate) const fn borrowed(text: &'a str) -> Self {
        Self(Form::Borrowed(text.as_bytes()))
    }

    /// The text of `plain`, without checking again that it is UTF-8.
    pub(crate) fn of(plain: &'a PlainText) -> Self {
        Self(Form::Borrowed(plain.as_bytes()))
    }

    /// Bytes that are known to be ASCII.
    pub(crate) const fn of_ascii(ascii: &'a [u8]) -> Self {
        debug_assert!(ascii.is_ascii(), "only ASCII is handed over");
        Self(Form::Borrowed(ascii))
    }

    /// Fails when nothing is left, or a placeholder (`N.U.L.L.`): its hash would be a false match
    /// for everybody.
    pub(crate) fn owned(text: PlainText) -> Result<Self, Withheld> {
        if text.is_empty() || placeholder::is_placeholder(text.as_bytes()) {
            return Err(Withheld::Empty);
        }
        Ok(Self(Form::Owned(text)))
    }

    /// The text. It is personal data: hash it or send it where documented, and keep it nowhere.
    #[expect(clippy::missing_panics_doc, reason = "both arms were UTF-8 text when they were made")]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).expect("a normal form is UTF-8")
    }

    /// The UTF-8 bytes of the text.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Borrowed(bytes) => bytes,
            Form::Owned(text) => text.as_bytes(),
        }
    }

    /// SHA-256 of the UTF-8 bytes.
    pub fn sha256(&self) -> Sha256Digest {
        Sha256Digest::of(self.as_bytes())
    }
}

impl fmt::Debug for NormalForm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NormalForm(<redacted>)")
    }
}

impl Eq for NormalForm<'_> {}

impl PartialEq for NormalForm<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

/// What goes on the wire for one identifier.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wire<'a> {
    /// A digest, sent as 64 hex digits.
    Hash(Sha256Digest),
    /// In clear, because the platform documents the field so.
    Plain(NormalForm<'a>),
    /// The same, a point and the mark that Meta's parameter builder put there. Meta only.
    SuffixedHash(Sha256Digest, MetaSuffix),
}

impl Wire<'_> {
    /// The hash, if it is one.
    pub const fn hash(&self) -> Option<Sha256Digest> {
        match self {
            Self::Hash(hash) | Self::SuffixedHash(hash, _) => Some(*hash),
            Self::Plain(_) => None,
        }
    }

    /// Appends the text as it is sent.
    pub fn push_to(&self, out: &mut String) {
        match self {
            Self::Hash(hash) => out.push_str(hash.hex().as_str()),
            Self::Plain(form) => out.push_str(form.as_str()),
            Self::SuffixedHash(hash, suffix) => {
                out.push_str(hash.hex().as_str());
                out.push('.');
                out.push_str(suffix.as_str());
            }
        }
    }
}

/// Why a sound identifier does not go to a format.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Withheld {
    /// Nothing but a placeholder is left of it under the format's rule.
    #[error("nothing is left after normalising for this platform")]
    Empty,
    /// White space inside, which this platform does not say to remove.
    #[error("white space inside the value; this platform does not remove it")]
    InnerSpace,
    /// The platform has no field for this kind.
    #[error("the platform does not take this kind of identifier")]
    NotTaken,
    /// The platform takes only some values of this kind, and this is not one of them.
    #[error("the platform does not take this value")]
    NotTakenValue,
    /// The platform takes the value in clear, and the sender gave only a hash.
    #[error("the platform takes it in clear, and only a hash was given")]
    OnlyHashed,
    /// The value is an e-mail address or a telephone number, and this platform takes the kind in
    /// clear.
    #[error("an e-mail address or telephone number must not go there in clear")]
    PersonalInClear,
    /// The rule depends on the device's system (iOS or Android), which was not given.
    #[error("the rule depends on the device's system, which was not given")]
    UnknownSystem,
}

impl Withheld {
    /// The stable code, for issues: listed in the crate's documentation.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "identifier_empty",
            Self::InnerSpace => "identifier_inner_space",
            Self::NotTaken => "identifier_not_taken",
            Self::NotTakenValue => "identifier_value_not_taken",
            Self::OnlyHashed => "identifier_only_hashed",
            Self::PersonalInClear => "identifier_personal_in_clear",
            Self::UnknownSystem => "identifier_unknown_system",
        }
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<Withheld>();
