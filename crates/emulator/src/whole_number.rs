//! Reads whole numbers from JSON, which has only one kind of number: `5.0` is as whole as `5`.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// For `deserialize_with`: a whole number that fits the type.
pub fn whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(from: D) -> Result<N, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        // Beyond this, a float cannot represent every whole number.
        let exact = float.fract() == 0.0 && (0.0..9e15).contains(&float);
        exact.then_some(float as u64)
    });
    whole
        .and_then(|whole| N::try_from(whole).ok())
        .ok_or_else(|| D::Error::custom(format!("{number} is no whole number that fits here")))
}

/// The same, for a field that may be null.
pub fn whole_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    struct Whole(#[serde(deserialize_with = "whole")] u32);
    Ok(Option::<Whole>::deserialize(from)?.map(|Whole(number)| number))
}
