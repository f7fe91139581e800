//! The query of a request: each parameter known to the operation, each at most once.

use super::fault::Fault;
use super::messages::limits::LONGEST_WORD;

/// Longest query, in bytes: a callback of the largest length with every letter escaped, and the rest.
const LONGEST_QUERY: usize = 16 * 1024;

/// Longest transaction id, in characters. It is the client's and only given back.
const LONGEST_TRANSACTION: usize = 256;

/// The parameters of a request.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query that may hold these parameters.
    ///
    /// # Errors
    /// [`Fault`] for others, and for one that stands there twice: which of two counts would be a guess.
    pub fn read(raw: Option<&str>, known: &[&'static str]) -> Result<Self, Fault> {
        let raw = raw.unwrap_or_default();
        if raw.len() > LONGEST_QUERY {
            return Err(Fault::Query);
        }
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(raw).map_err(|_| Fault::Query)?;
        for (place, (name, _)) in pairs.iter().enumerate() {
            let known = known.iter().copied().find(|known| known == name);
            let known = known.ok_or(Fault::ParameterUnknown)?;
            if pairs[..place].iter().any(|(other, _)| other == name) {
                return Err(Fault::ParameterRepeated(known));
            }
        }
        Ok(Self(pairs))
    }

    /// A parameter as it is.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A short word.
    pub fn word(&self, name: &'static str) -> Result<Option<&str>, Fault> {
        let must = "at most 128 characters";
        match self.text(name) {
            Some(text) if text.chars().nth(LONGEST_WORD).is_some() => {
                Err(Fault::Parameter { name, must })
            }
            text => Ok(text),
        }
    }

    /// A whole number within bounds.
    pub fn integer(
        &self,
        name: &'static str,
        bounds: core::ops::RangeInclusive<i64>,
        must: &'static str,
    ) -> Result<Option<i64>, Fault> {
        self.text(name)
            .map(|text| {
                let read = text.parse().ok().filter(|value| bounds.contains(value));
                read.ok_or(Fault::Parameter { name, must })
            })
            .transpose()
    }

    /// The transaction that every operation asks for. It may be empty: the standard does not say
    /// otherwise.
    pub fn transaction(&self) -> Result<String, Fault> {
        let name = "transactionId";
        let text = self.text(name).ok_or(Fault::ParameterMissing(name))?;
        if text.chars().nth(LONGEST_TRANSACTION).is_some() || text.chars().any(char::is_control) {
            let must = "at most 256 characters, none of them a control";
            return Err(Fault::Parameter { name, must });
        }
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_what_is_known_once() {
        let known = ["transactionId", "priority"];
        let read = |raw| Query::read(Some(raw), &known).map(|_| ());
        assert_eq!(read("transactionId=a&priority=1"), Ok(()));
        assert_eq!(read("transactionId=a&other=1"), Err(Fault::ParameterUnknown));
        assert_eq!(
            read("transactionId=a&transactionId=a"),
            Err(Fault::ParameterRepeated("transactionId"))
        );
        assert_eq!(read(&"a".repeat(LONGEST_QUERY + 1)), Err(Fault::Query));

        let number = |raw: &str| {
            let query = Query::read(Some(raw), &known).unwrap();
            query.integer("priority", 0..=9, "0 to 9").map_err(|_| ())
        };
        assert_eq!(number("priority=9"), Ok(Some(9)));
        assert_eq!(number(""), Ok(None));
        for text in ["10", "-1", "", "1.0", "1e0", " 1", "x", "99999999999999999999"] {
            let raw = format!("priority={text}");
            assert_eq!(number(raw.as_str()), Err(()), "{text}");
        }

        let transaction = |raw| Query::read(raw, &known).unwrap().transaction();
        assert_eq!(transaction(Some("transactionId=%C3%A9")), Ok("é".to_owned()));
        assert_eq!(transaction(Some("transactionId=")), Ok(String::new()));
        assert_eq!(transaction(None), Err(Fault::ParameterMissing("transactionId")));
        assert!(transaction(Some("transactionId=a%0Ab")).is_err());
        assert!(transaction(Some(&format!("transactionId={}", "a".repeat(257)))).is_err());
    }
}
