//! One request, sent as often as it takes: faults that may pass are tried again after a pause,
//! within the call's deadline and its number of retries.

use cometchat_protocol::codes::client as codes;
use cometchat_protocol::codes::server;
use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::js;
use crate::request::Request;
use crate::response;
use crate::text;
use crate::transport;

/// Upper bound of the first pause, in milliseconds; it doubles with each retry.
const FIRST_PAUSE_MS: f64 = 250.0;
/// No pause of our own choice is longer than this, in milliseconds.
const LONGEST_PAUSE_MS: f64 = 8_000.0;

/// Sends a request until it is answered, and gives the object under `data`. None of the `secrets` shows
/// in the failure.
pub async fn run(
    fetch: &JsValue,
    max_retries: u32,
    deadline: &Deadline,
    request: &Request,
    secrets: &[&str],
) -> Result<Object, Failure> {
    let mut attempts = 0;
    // Whether an attempt ended in a way that leaves open what the service did with it.
    let mut may_have_landed = false;
    let failure = loop {
        // A signal that was aborted before, or a deadline spent on loading: nothing is sent.
        if let Some(ended) = deadline.ended() {
            break ended;
        }
        #[cfg(feature = "server")]
        if let Some(limiter) = &request.limiter
            && let Err(failure) = limiter.turn(request.tier, deadline).await
        {
            break failure;
        }
        attempts += 1;
        let mut failure = match transport::send(fetch, request, deadline).await {
            Err(failure) => failure,
            Ok(response) => {
                #[cfg(feature = "server")]
                let learn = |failure: Option<&mut Failure>| {
                    if let Some(limiter) = &request.limiter {
                        let header = |name| response.header(name);
                        limiter.learn(request.tier, &header, failure);
                    }
                };
                match response::data(&response, request.expected) {
                    Ok(data) => {
                        #[cfg(feature = "server")]
                        learn(None);
                        return Ok(data);
                    }
                    Err(mut failure) => {
                        failure.retry_after_ms =
                            response.header("retry-after").and_then(retry_after_ms);
                        #[cfg(feature = "server")]
                        learn(Some(&mut failure));
                        failure
                    }
                }
            }
        };

        let pause = failure
            .retry_after_ms
            .unwrap_or_else(|| pause_ms(attempts, js::random()));
        let is_too_long = pause >= deadline.left_ms();
        if is_too_long && failure.retry_after_ms.is_some() {
            failure.details = "A timeoutMs above retryAfterMs lets the call wait.".to_owned();
        }
        let is_last = attempts > max_retries || is_too_long;
        may_have_landed |= leaves_open(&failure);
        if is_last || !failure.retryable || deadline.ended().is_some() {
            // What breaks a rule now broke it at the earlier attempts, too.
            may_have_landed &= failure.code != server::BAD_REQUEST;
            break failure;
        }
        deadline.sleep(pause).await;
    };
    let maybe_created = request.creates_user && may_have_landed;
    Err(failure.after(attempts, maybe_created, secrets))
}

/// Whether a failure leaves open what became of the request. A refusal does not: the service says
/// that it did nothing. Nor does a connection that never came about, where the environment tells.
fn leaves_open(failure: &Failure) -> bool {
    match failure.code.as_str() {
        codes::FAILED_TO_FETCH => {
            let code = js::get_text(&js::get(&failure.cause, "cause"), "code");
            !matches!(code.as_deref(), Some("ECONNREFUSED" | "ENOTFOUND"))
        }
        codes::INVALID_RESPONSE | codes::REQUEST_TIMEOUT | codes::REQUEST_ABORTED => true,
        _ => matches!(failure.status, Some(408 | 500..)),
    }
}

/// The pause before the next attempt, in milliseconds: exponential with full jitter. `chance` is a
/// random number from 0 to 1.
fn pause_ms(attempts: u32, chance: f64) -> f64 {
    let bound = FIRST_PAUSE_MS * f64::from(1u32 << (attempts - 1).min(16));
    chance * bound.min(LONGEST_PAUSE_MS)
}

/// `Retry-After` in milliseconds from now: seconds or an HTTP date.
fn retry_after_ms(value: String) -> Option<f64> {
    let value = value.trim_ascii();
    if let Some(seconds) = text::number(value) {
        // More than 136 years are more than anybody waits.
        return Some(seconds.min(u32::MAX.into()) * 1_000.0);
    }
    // A date begins with its weekday; everything else would be read by chance.
    if !value.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let date = js::parse_date(value);
    date.is_finite().then(|| (date - js::date_now()).max(0.0))
}
