//! The few things of JavaScript that the binding crates do not offer in the form needed here:
//! imports that catch what they throw, and property access that does not.

use std::cell::Cell;

use js_sys::{Array, JsString, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The text with every `pattern`, a text or a global regular expression, replaced.
    #[wasm_bindgen(js_namespace = ["String", "prototype", "replaceAll"], js_name = call)]
    pub fn replace_all(text: &JsValue, pattern: &JsValue, replacement: &str) -> JsString;
    #[wasm_bindgen(js_name = String)]
    fn string(number: f64) -> JsValue;

    /// An object whose properties are read and set without being ready for what that may throw.
    type Record;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn index(this: &Record, key: &JsValue) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set_index(this: &Record, key: &JsValue, value: &JsValue);
    #[wasm_bindgen(method, structural, indexing_deleter)]
    fn delete_index(this: &Record, key: &JsValue);

    /// Milliseconds since 1970.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub fn date_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = parse)]
    pub fn parse_date(text: &str) -> f64;
    #[wasm_bindgen(js_namespace = Math, js_name = random)]
    pub fn random() -> f64;
}

#[wasm_bindgen(module = "/src/look.js")]
extern "C" {
    /// Milliseconds on a clock that nobody sets.
    pub fn now() -> f64;

    /// What rings after some milliseconds, or when the signal is aborted, as that file says.
    pub type Alarm;
    pub fn alarm(milliseconds: f64, signal: &JsValue) -> Alarm;
    #[wasm_bindgen(method, getter)]
    pub fn rung(this: &Alarm) -> Promise;
    /// What the promise resolves with, unless the alarm rings before.
    #[wasm_bindgen(method)]
    pub fn first(this: &Alarm, promise: &Promise) -> Promise;
    #[wasm_bindgen(method)]
    pub fn cancel(this: &Alarm);

    #[wasm_bindgen(js_name = get)]
    pub fn get_any(value: &JsValue, name: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = call)]
    fn call_any(value: &JsValue, method: &JsValue, first: &JsValue, second: &JsValue) -> JsValue;

    /// The keys of all own properties; `None` where asking for them throws.
    #[wasm_bindgen(js_name = ownKeys)]
    pub fn own_keys(value: &JsValue) -> Option<Array>;

    /// The names of the value's own properties that are not among the known ones.
    #[wasm_bindgen(js_name = namesBesides)]
    pub fn names_besides(value: &JsValue, known: &JsValue) -> Array;

    /// The value as JSON; undefined for what is none.
    pub fn stringify(value: &JsValue) -> JsValue;

    /// What the JSON means; undefined for what is none.
    pub fn parse(text: &JsString) -> JsValue;

    /// The class of anybody's object in the language's own terms, such as `[object Map]`, whichever its
    /// realm; undefined for what is no object, and for a revoked proxy.
    #[wasm_bindgen(js_name = classOf)]
    pub fn class(value: &JsValue) -> JsValue;

    /// The first entries of a list; one whose reading throws is undefined.
    pub fn entries(list: &JsValue, count: u32) -> Array;

    #[wasm_bindgen(js_name = kindOf)]
    fn kind_of(value: &JsValue, name: &JsValue) -> u32;

    /// How many bytes a text has as UTF-8.
    #[wasm_bindgen(js_name = utf8Bytes)]
    pub fn utf8_bytes(text: &JsString) -> usize;

    /// Warns on the console; one that is missing or throws fails no call.
    pub fn warn(message: &JsValue);
}

/// A text of this source, by its address, and JavaScript's string.
type Slot = Cell<Option<((*const u8, usize), &'static JsValue)>>;

/// More than twice the texts of this source, so that a slot is found at once.
const SLOTS: usize = 256;

thread_local! {
    static LITERALS: [Slot; SLOTS] = const { [const { Slot::new(None) }; SLOTS] };
}

/// A text of this source as JavaScript's string, made on first use and kept: to decode the same few
/// names again for each call would take longer than the call.
#[inline(never)]
pub fn literal(text: &'static str) -> &'static JsValue {
    // By address: equal texts that the compiler did not merge may be here twice.
    let place = (text.as_ptr(), text.len());
    LITERALS.with(|known| {
        let first = spread(text.as_ptr() as usize);
        // From the place's own slot on, to the next one that is free.
        for step in 0..SLOTS {
            let slot = &known[(first + step) % SLOTS];
            match slot.get() {
                Some((known, string)) if known == place => return string,
                Some(_) => {}
                None => {
                    let string = leaked(JsValue::from_str(text));
                    slot.set(Some((place, string)));
                    return string;
                }
            }
        }
        leaked(JsValue::from_str(text))
    })
}

/// Far apart for neighbours: by Knuth's multiplicative hashing.
fn spread(address: usize) -> usize {
    (address as u32).wrapping_mul(0x9E37_79B1) as usize >> 24
}

fn leaked(value: JsValue) -> &'static JsValue {
    Box::leak(Box::new(value))
}

/// A number in decimal digits.
pub fn digits(number: f64) -> String {
    string(number).as_string().unwrap_or_default()
}

/// A property, or `undefined` where reading it throws, the value has no properties, or only
/// `Object.prototype` has it.
#[inline(never)]
pub fn get(value: &JsValue, key: &'static str) -> JsValue {
    get_any(value, literal(key))
}

#[inline(never)]
pub fn get_text(value: &JsValue, key: &'static str) -> Option<String> {
    get(value, key).as_string()
}

/// A property of an object that this crate or `JSON.parse` made: none of them throws when it is read
/// or set, and to be ready for it takes time.
pub fn get_own(object: &Object, key: &'static str) -> JsValue {
    object.unchecked_ref::<Record>().index(literal(key))
}

/// Sets a property of such an object.
#[inline(never)]
pub fn set(object: &Object, key: &'static str, value: &JsValue) {
    let record: &Record = object.unchecked_ref();
    record.set_index(literal(key), value);
}

/// Takes a property of such an object away.
pub fn delete(object: &Object, key: &'static str) {
    object.unchecked_ref::<Record>().delete_index(literal(key));
}

/// A kind of value that `JSON.parse` makes, as `kindOf` in `look.js` counts them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Absent,
    Null,
    Text,
    Number,
    Flag,
    Object,
    EmptyList,
    TextList,
    OtherList,
}

/// Which kind of value a property has, of an object that `JSON.parse` made: to ask for this alone
/// takes less time than to have the value.
pub fn kind(value: &JsValue, key: &'static str) -> Kind {
    match kind_of(value, literal(key)) {
        0 => Kind::Absent,
        1 => Kind::Null,
        2 => Kind::Text,
        3 => Kind::Number,
        4 => Kind::Flag,
        5 => Kind::Object,
        6 => Kind::EmptyList,
        7 => Kind::TextList,
        _ => Kind::OtherList,
    }
}

/// A method's result, null where it gives nothing; undefined where there is no such method or it throws.
pub fn call(value: &JsValue, method: &'static str, first: &JsValue, second: &JsValue) -> JsValue {
    call_any(value, literal(method), first, second)
}

/// Whether the value means nothing: undefined or null.
#[inline(never)]
pub fn is_absent(value: &JsValue) -> bool {
    value.loose_eq(&JsValue::UNDEFINED)
}

/// Whether a value that `JSON.parse` made is an object and no array.
#[inline(never)]
pub fn is_plain_object(value: &JsValue) -> bool {
    value.is_object() && !Array::is_array(value)
}
