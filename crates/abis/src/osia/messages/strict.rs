//! Reading as strictly as the schemas: an object is an object, a list is bounded while it is read,
//! and a member that is absent is absent and never null.

use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A member that may be absent, and is no null.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// An object that may be absent; serde's derived readers would also take a list of its members.
pub fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    ObjectSeed(PhantomData).deserialize(deserializer).map(Some)
}

/// A list of at most `MOST` objects.
pub fn objects<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(Bounded::<MOST, _, T>(|| ObjectSeed(PhantomData), PhantomData))
}

/// A list of at most `MOST` objects that may be absent.
pub fn given_objects<'de, const MOST: usize, D, T>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    objects::<MOST, D, T>(deserializer).map(Some)
}

/// A list of at most `MOST` values.
pub fn values<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(Bounded::<MOST, _, T>(|| PhantomData::<T>, PhantomData))
}

/// An object at the top of a body.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ObjectSeed(PhantomData).deserialize(deserializer).map(Self)
    }
}

struct ObjectSeed<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for ObjectSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectSeed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// The bound holds while the list is read: a body of the largest size could else hold a million
/// items, each a hundred times as large in memory as on the wire.
struct Bounded<const MOST: usize, S, T>(S, PhantomData<T>);

impl<'de, const MOST: usize, S, I, T> Visitor<'de> for Bounded<MOST, S, T>
where
    S: Fn() -> I,
    I: DeserializeSeed<'de, Value = T>,
{
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed((self.0)())? {
            if items.len() == MOST {
                return Err(A::Error::custom(format_args!("more than {MOST} items")));
            }
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        left: u8,
        #[serde(default, deserialize_with = "given")]
        right: Option<u8>,
        #[serde(default, deserialize_with = "given_objects::<2, _, _>")]
        inner: Option<Vec<Pair>>,
        #[serde(default, deserialize_with = "values::<2, _, _>")]
        list: Vec<u8>,
    }

    #[test]
    fn what_serde_would_let_pass_is_refused() {
        for (text, accepted) in [
            (r#"{"left":1}"#, true),
            (r#"{"left":1,"right":2}"#, true),
            (r#"{"left":1,"right":null}"#, false),
            ("[1,2]", false),
            (r#"{"left":1,"left":2}"#, false),
            (r#"{"left":1,"other":2}"#, false),
            (r#"{"left":1,"inner":[{"left":2},{"left":3}]}"#, true),
            (r#"{"left":1,"inner":[[2]]}"#, false),
            (r#"{"left":1,"inner":null}"#, false),
            (r#"{"left":1,"inner":[{"left":2},{"left":3},{"left":4}]}"#, false),
            (r#"{"left":1,"list":[1,2]}"#, true),
            (r#"{"left":1,"list":[1,2,3]}"#, false),
        ] {
            let read = serde_json::from_str::<Object<Pair>>(text);
            assert_eq!(read.is_ok(), accepted, "{text}");
        }
    }
}
