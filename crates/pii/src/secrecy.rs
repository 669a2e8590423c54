//! Proof at compile time that plain identifiers cannot be printed or serialised.
//!
//! Each type gets a method through a trait that is implemented for it whatever it is, and another of
//! the same name that is only implemented when it has `Display` (or `Serialize`). A type that had
//! the trait would make the call ambiguous, and this crate would not compile.

use core::fmt::Display;

use serde::Serialize;

use crate::{
    AddressCountry, AddressRegion, City, DateOfBirth, Email, ExternalId, FirstName, Gender, Hashed,
    LastName, MobileAdId, NormalForm, Phone, PostalCode, ScrubbedText, ScrubbedUrl, Street, Wire,
    text::PlainText,
};

/// Marks which implementation was found.
struct Always;
struct IfDisplay;
struct IfSerialize;

trait NotPrintable<Marker> {
    fn proof() {}
}

impl<T: ?Sized> NotPrintable<Always> for T {}
impl<T: ?Sized + Display> NotPrintable<IfDisplay> for T {}
impl<T: ?Sized + Serialize> NotPrintable<IfSerialize> for T {}

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
};
