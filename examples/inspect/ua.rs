//! `ua`: a user agent in, who it says it is and its families out.

use predispatch_bot::ua::{Device, FamilyParser, Product, UaClassifier, UapFamilies};
use serde::Serialize;

use crate::lines::{UsageError, answer_each, no_options};

/// `ua`
pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    no_options("ua", args)?;
    let classifier = UaClassifier::bundled();
    let parser = UapFamilies::bundled();
    answer_each(|line| {
        let verdict = classifier.classify(line);
        let families = parser.families(line);
        Ok(Answer {
            bot: verdict.is_bot(),
            kind: verdict.kind().as_str(),
            name: verdict.name().map(str::to_owned),
            reasons: verdict.reasons().map(|reason| reason.code).collect(),
            browser: families.browser.map(ProductShape::from),
            os: families.os.map(ProductShape::from),
            device: families.device.map(DeviceShape::from),
        })
    })
}

#[derive(Serialize)]
struct Answer {
    bot: bool,
    kind: &'static str,
    name: Option<String>,
    reasons: Vec<&'static str>,
    browser: Option<ProductShape>,
    os: Option<ProductShape>,
    device: Option<DeviceShape>,
}

#[derive(Serialize)]
struct ProductShape {
    family: String,
    version: String,
}

impl From<Product> for ProductShape {
    fn from(product: Product) -> Self {
        Self { family: product.family, version: product.version }
    }
}

#[derive(Serialize)]
struct DeviceShape {
    family: String,
    brand: Option<String>,
    model: Option<String>,
}

impl From<Device> for DeviceShape {
    fn from(device: Device) -> Self {
        Self { family: device.family, brand: device.brand, model: device.model }
    }
}
