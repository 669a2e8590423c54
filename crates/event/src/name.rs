//! What happened: the canonical event names, and names of one's own.

use core::fmt;

use predispatch_types::{EventId, EventIdError};

/// The name of an event: one of the canonical names, which every platform's own name follows from, or
/// a name of one's own, compared and sent exactly as given.
///
/// ```
/// use predispatch_event::{EventName, StandardEvent};
///
/// assert_eq!(EventName::parse("purchase")?.standard(), Some(StandardEvent::Purchase));
/// let own = EventName::parse("Size_Chart_Opened")?;
/// assert_eq!((own.standard(), own.as_str()), (None, "Size_Chart_Opened"));
/// // A name goes to platforms in clear.
/// assert!(EventName::parse("signup ada@example.com").is_err());
/// # Ok::<(), predispatch_event::EventNameError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct EventName(Name);

#[derive(Clone, Eq, Hash, PartialEq)]
enum Name {
    Standard(StandardEvent),
    Custom(Box<str>),
}

impl EventName {
    /// Longest accepted name, in bytes.
    pub const MAX_LEN: usize = 128;

    /// Takes a name as it is. Case counts: `Purchase` is a name of one's own.
    ///
    /// # Errors
    /// The first broken rule, as an [`EventNameError`].
    pub fn parse(name: &str) -> Result<Self, EventNameError> {
        if let Some(standard) = StandardEvent::from_name(name) {
            return Ok(Self(Name::Standard(standard)));
        }
        match EventId::new(name) {
            Ok(_) => Ok(Self(Name::Custom(name.into()))),
            Err(EventIdError::Empty) => Err(EventNameError::Empty),
            Err(EventIdError::TooLong { len }) => Err(EventNameError::TooLong { len }),
            Err(EventIdError::OuterSpace) => Err(EventNameError::OuterSpace),
            Err(EventIdError::Email | EventIdError::Phone) => Err(EventNameError::Personal),
            Err(_) => Err(EventNameError::Control),
        }
    }

    /// The canonical name, if it is one.
    pub const fn standard(&self) -> Option<StandardEvent> {
        match &self.0 {
            Name::Standard(standard) => Some(*standard),
            Name::Custom(_) => None,
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Standard(standard) => standard.as_str(),
            Name::Custom(name) => name,
        }
    }
}

impl From<StandardEvent> for EventName {
    fn from(standard: StandardEvent) -> Self {
        Self(Name::Standard(standard))
    }
}

/// A name of one's own may tell of the person, so only canonical names are shown.
impl fmt::Debug for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.standard().map_or("<custom>", StandardEvent::as_str))
    }
}

/// Why a text is not an [`EventName`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EventNameError {
    /// A control character, such as a line break.
    #[error("event name has a control character")]
    Control,
    /// No text at all.
    #[error("event name is empty")]
    Empty,
    /// White space at the beginning or end.
    #[error("event name begins or ends with white space")]
    OuterSpace,
    /// An e-mail address or a telephone number in it. Names are sent in clear.
    #[error("event name has an e-mail address or a telephone number in it")]
    Personal,
    /// Over [`EventName::MAX_LEN`].
    #[error("event name is {len} bytes long, limit {}", EventName::MAX_LEN)]
    TooLong {
        /// Bytes found.
        len: usize,
    },
}

impl EventNameError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "event_name_control",
            Self::Empty => "event_name_empty",
            Self::OuterSpace => "event_name_outer_space",
            Self::Personal => "event_name_personal",
            Self::TooLong { .. } => "event_name_too_long",
        }
    }
}

/// The canonical event names.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum StandardEvent {
    /// `add_payment_info`
    AddPaymentInfo,
    /// `add_to_cart`
    AddToCart,
    /// `add_to_wishlist`
    AddToWishlist,
    /// `complete_registration`
    CompleteRegistration,
    /// `contact`
    Contact,
    /// `download`
    Download,
    /// `initiate_checkout`
    InitiateCheckout,
    /// `lead`
    Lead,
    /// `login`
    Login,
    /// `page_view`
    PageView,
    /// `purchase`
    Purchase,
    /// `refund`
    Refund,
    /// `schedule`
    Schedule,
    /// `search`
    Search,
    /// `start_trial`
    StartTrial,
    /// `submit_application`
    SubmitApplication,
    /// `subscribe`
    Subscribe,
    /// `view_content`
    ViewContent,
}

impl StandardEvent {
    /// All of them, in alphabetical order.
    pub const ALL: [Self; 18] = [
        Self::AddPaymentInfo,
        Self::AddToCart,
        Self::AddToWishlist,
        Self::CompleteRegistration,
        Self::Contact,
        Self::Download,
        Self::InitiateCheckout,
        Self::Lead,
        Self::Login,
        Self::PageView,
        Self::Purchase,
        Self::Refund,
        Self::Schedule,
        Self::Search,
        Self::StartTrial,
        Self::SubmitApplication,
        Self::Subscribe,
        Self::ViewContent,
    ];

    /// The snake_case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddPaymentInfo => "add_payment_info",
            Self::AddToCart => "add_to_cart",
            Self::AddToWishlist => "add_to_wishlist",
            Self::CompleteRegistration => "complete_registration",
            Self::Contact => "contact",
            Self::Download => "download",
            Self::InitiateCheckout => "initiate_checkout",
            Self::Lead => "lead",
            Self::Login => "login",
            Self::PageView => "page_view",
            Self::Purchase => "purchase",
            Self::Refund => "refund",
            Self::Schedule => "schedule",
            Self::Search => "search",
            Self::StartTrial => "start_trial",
            Self::SubmitApplication => "submit_application",
            Self::Subscribe => "subscribe",
            Self::ViewContent => "view_content",
        }
    }

    /// The event with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

const fn holds_no_input<T: Copy + 'static>() {}
const _: () = holds_no_input::<EventNameError>();
