//! JSON read with numbers to the last bit: the usual reader may be off by one unit in the last place,
//! and then a hash over the same number differs.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Number, Value};

/// Deepest nesting. Each level reads its text once more, so that a deep body is dear; records of the
/// standard are five levels deep, with what clients add perhaps ten.
const DEEPEST: usize = 32;

/// The value of a text; `None` where it is not JSON or nests too deep.
pub fn read(text: &[u8]) -> Option<Value> {
    value(serde_json::from_slice(text).ok()?, DEEPEST)
}

fn value(raw: &RawValue, left: usize) -> Option<Value> {
    let left = left.checked_sub(1)?;
    let text = raw.get();
    match text.as_bytes().first()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            members
                .into_iter()
                .map(|(name, member)| Some((name, value(member, left)?)))
                .collect::<Option<_>>()
                .map(Value::Object)
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            items.into_iter().map(|item| value(item, left)).collect::<Option<_>>().map(Value::Array)
        }
        b'-' | b'0'..=b'9' => Number::from_f64(text.parse().ok()?).map(Value::Number),
        _ => serde_json::from_str(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_and_depth_is_bounded() {
        let read_number = |text: &str| read(text.as_bytes()).and_then(|value| value.as_f64());
        assert_eq!(read_number("333333333.33333329"), Some(333_333_333.333_333_3));
        assert_eq!(read_number("-12"), Some(-12.0));
        assert_eq!(read_number("1e400"), None);
        assert_eq!(read(br#" {"a":[1,"x",null,true]} "#).unwrap()["a"][1], "x");
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(read(&nested(DEEPEST)).is_some());
        assert!(read(&nested(DEEPEST + 1)).is_none());
        assert!(read(&nested(1 << 20)).is_none());
        assert!(read(b"{").is_none());
    }
}
