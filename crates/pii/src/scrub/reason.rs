//! What was removed from a URL, in words that hold nothing of it.

use core::fmt;

use super::Shape;

/// A rule that removed something from a URL.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Removed {
    /// A parameter, with its key: `query:email`.
    Query(Reason),
    /// A part of the path, or all of it.
    Path,
    /// The fragment.
    Fragment,
    /// `user:password@` before the host.
    Userinfo,
}

impl Removed {
    /// The stable name, such as `query:email` or `path`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query(reason) => reason.rule(),
            Self::Path => "path",
            Self::Fragment => "fragment",
            Self::Userinfo => "userinfo",
        }
    }
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// Why a parameter was removed: what its key or its value is.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Reason {
            $($(#[$doc])* $variant,)+
        }

        impl Reason {
            /// The lower-case name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The name as the rule of a parameter.
            const fn rule(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("query:", $name),)+
                }
            }
        }
    };
}

reasons! {
    /// A street, a postal code, or a place on the map.
    Address = "address",
    /// A date of birth.
    Birth = "birth",
    /// A payment card.
    Card = "card",
    /// An e-mail address.
    Email = "email",
    /// A bank account.
    Iban = "iban",
    /// An internet address.
    Ip = "ip",
    /// A JSON web token.
    Jwt = "jwt",
    /// A person's name.
    Name = "name",
    /// A number that a state gave a person.
    NationalId = "national_id",
    /// Encoded or nested more than three levels deep: not looked into, so not passed on.
    Nested = "nested",
    /// An order, a payment, a booking.
    Order = "order",
    /// Nothing personal known; the strict policy keeps only what it knows.
    Other = "other",
    /// A telephone number.
    Phone = "phone",
    /// A password, token, key or code.
    Secret = "secret",
    /// A session or a cart.
    Session = "session",
    /// A person's, customer's or device's number.
    User = "user",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Shape> for Reason {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Card => Self::Card,
            Shape::Email => Self::Email,
            Shape::Iban => Self::Iban,
            Shape::Jwt => Self::Jwt,
            Shape::NationalId => Self::NationalId,
            Shape::Phone => Self::Phone,
            Shape::Secret => Self::Secret,
        }
    }
}
