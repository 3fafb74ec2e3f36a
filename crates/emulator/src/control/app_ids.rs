//! Which apps a request to the emulator's own routes is about.

use crate::emulator::Emulator;
use crate::error::ApiError;
use crate::validation;

/// The app that a request names, or else the first.
pub fn app_or_first(emulator: &Emulator, named: Option<&str>) -> Result<String, ApiError> {
    match named {
        Some(_) => Ok(apps_or_all(emulator, named)?.swap_remove(0)),
        None => emulator
            .apps
            .all()
            .first()
            .map(|app| app.id.clone())
            .ok_or(ApiError::EmptyAppId),
    }
}

/// The app that a request names, or else all.
pub fn apps_or_all(emulator: &Emulator, named: Option<&str>) -> Result<Vec<String>, ApiError> {
    match named {
        None => Ok(emulator
            .apps
            .all()
            .iter()
            .map(|app| app.id.clone())
            .collect()),
        Some(id) if emulator.apps.get(id).is_some() => Ok(vec![id.to_owned()]),
        Some(_) => Err(unknown_app("appId")),
    }
}

pub fn unknown_app(path: &str) -> ApiError {
    ApiError::field(path, validation::not_selectable("appId"))
}
