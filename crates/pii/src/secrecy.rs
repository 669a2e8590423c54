//! Proof at compile time that plain identifiers cannot be printed or serialised.
//!
//! Each type has a method through a trait that is implemented for whatever type, and another of the
//! same name that only a type with `Display` (or `Serialize`) has. For a type with the trait the call
//! would be ambiguous, and this crate would not compile. The half about `Serialize` is compiled with
//! the tests, which have serde.

use core::fmt::Display;

use crate::{
    AddressCountry, AddressRegion, City, DateOfBirth, Email, ExternalId, FirstName, Gender,
    HashOnce, Hashed, LastName, MobileAdId, NormalForm, Phone, PostalCode, ScrubbedText,
    ScrubbedUrl, Street, Wire, text::PlainText,
};

/// Marks which implementation was found.
struct Always;
struct IfDisplay;
#[cfg(test)]
struct IfSerialize;

trait NotPrintable<Marker> {
    fn proof() {}
}

impl<T: ?Sized> NotPrintable<Always> for T {}
impl<T: ?Sized + Display> NotPrintable<IfDisplay> for T {}
#[cfg(test)]
impl<T: ?Sized + serde::Serialize> NotPrintable<IfSerialize> for T {}

/// Fails to compile when one of these types has `Display` or `Serialize`.
const _: fn() = || {
    <AddressCountry as NotPrintable<_>>::proof();
    <AddressRegion as NotPrintable<_>>::proof();
    <City as NotPrintable<_>>::proof();
    <DateOfBirth as NotPrintable<_>>::proof();
    <Email as NotPrintable<_>>::proof();
    <ExternalId as NotPrintable<_>>::proof();
    <FirstName as NotPrintable<_>>::proof();
    <Gender as NotPrintable<_>>::proof();
    <HashOnce<'_, Email> as NotPrintable<_>>::proof();
    <Hashed as NotPrintable<_>>::proof();
    <LastName as NotPrintable<_>>::proof();
    <MobileAdId as NotPrintable<_>>::proof();
    <NormalForm<'_> as NotPrintable<_>>::proof();
    <Phone as NotPrintable<_>>::proof();
    <PlainText as NotPrintable<_>>::proof();
    <PostalCode as NotPrintable<_>>::proof();
    <ScrubbedText<'_> as NotPrintable<_>>::proof();
    <ScrubbedUrl<'_> as NotPrintable<_>>::proof();
    <Street as NotPrintable<_>>::proof();
    <Wire<'_> as NotPrintable<_>>::proof();
    <predispatch_types::EventId as NotPrintable<_>>::proof();
    <predispatch_types::Sha256Digest as NotPrintable<_>>::proof();
    <predispatch_types::Sha256Hex as NotPrintable<_>>::proof();
};
