//! The US sections, 7 to 27: their layouts as data, and one reader and writer for all of them.

mod core_segment;
mod field;
mod layout;
mod section_header;
mod sensitive;
mod states;
mod us_answer;
mod us_national;
mod us_section;
mod us_write;

pub use field::{ChildAges, ChildGroup, ChildUse, Field};
pub use sensitive::SensitiveCategory;
pub use us_section::{Form, UsSection};
pub use us_write::UsWriteError;
