//! The parts of a postal address.

mod city;
mod country;
mod postal_code;
mod postal_shape;
mod region;
mod street;

pub use city::City;
pub use country::{AddressCountry, AddressCountryError};
pub use postal_code::{PostalCode, PostalCodeError};
pub use region::{AddressRegion, AddressRegionError};
pub use street::Street;
