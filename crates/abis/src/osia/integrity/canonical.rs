//! JSON in one form only (RFC 8785), so that two sides hash the same bytes.

use serde_json::{Number, Value};

/// The canonical text of a value.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    put(value, &mut out);
    out
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => put_number(number, out),
        Value::String(text) => put_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                put(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            // The standard sorts by UTF-16 units, which differs from UTF-8 above U+FFFF.
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (place, (name, member)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                put_text(name, out);
                out.push(':');
                put(member, out);
            }
            out.push('}');
        }
    }
}

/// Only what must be escaped is, and with the same letters as the standard asks for.
fn put_text(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}

/// Numbers are doubles, written as ECMAScript writes them (RFC 8785 §3.2.2.3).
fn put_number(number: &Number, out: &mut String) {
    let value = number.as_f64().unwrap_or_default();
    if value == 0.0 {
        return out.push('0');
    }
    if value < 0.0 {
        out.push('-');
    }
    // The shortest digits that read back as the same double, as d.ddde±n.
    let shortest = format!("{:e}", value.abs());
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits = digits.replace('.', "");
    let count = digits.len() as i32;
    // The point stands behind so many of the digits.
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    if (count..=21).contains(&point) {
        out.push_str(&digits);
        out.extend(core::iter::repeat_n('0', (point - count) as usize));
    } else if (1..=21).contains(&point) {
        let (whole, part) = digits.split_at(point as usize);
        out.extend([whole, ".", part]);
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        out.extend(core::iter::repeat_n('0', -point as usize));
        out.push_str(&digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            out.extend([".", rest]);
        }
        let sign = if point > 0 { "+" } else { "-" };
        out.extend(["e", sign, &(point - 1).abs().to_string()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        assert_eq!(canonical(&super::super::exact::read(text.as_bytes()).unwrap()), want, "{text}");
    }

    #[test]
    fn values_have_one_form() {
        check(" { \"b\" : [ 1 , true, null ] , \"a\" : \"x\" } ", r#"{"a":"x","b":[1,true,null]}"#);
        check(r#""\u00e9\u000f\n\"\\\/\u007f""#, "\"é\\u000f\\n\\\"\\\\/\u{7f}\"");
        // U+1F600 begins with a surrogate, which is below U+FB33.
        check("{\"\u{fb33}\":1,\"\u{1f600}\":2}", "{\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn numbers_are_written_as_by_ecmascript() {
        for (text, want) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("1.0", "1"),
            ("-1.50", "-1.5"),
            ("333333333.33333329", "333333333.3333333"),
            ("1E30", "1e+30"),
            ("4.50", "4.5"),
            ("2e-3", "0.002"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("1.5e-7", "1.5e-7"),
            ("100000000000000000000", "100000000000000000000"),
            ("1000000000000000000000", "1e+21"),
            ("1234567890123456789012", "1.2345678901234568e+21"),
            ("9007199254740993", "9007199254740992"),
            ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ] {
            check(text, want);
        }
    }
}
