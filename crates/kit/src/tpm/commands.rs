//! The commands: seal a key under the owner's hierarchy, and get it back.

use std::path::Path;

use zeroize::Zeroizing;

use super::TpmError;
use super::transport::{HEAD, Transport};
use super::wire::{In, Out};

// Part 2 §6.9 and §7.4, §6.5.2, §6.3, §8.3.
const NO_SESSIONS: u16 = 0x8001;
const SESSIONS: u16 = 0x8002;
const OWNER: u32 = 0x4000_0001;
const PASSWORD_SESSION: u32 = 0x4000_0009;
const CREATE_PRIMARY: u32 = 0x131;
const CREATE: u32 = 0x153;
const LOAD: u32 = 0x157;
const UNSEAL: u32 = 0x15e;
const FLUSH_CONTEXT: u32 = 0x165;
const GET_CAPABILITY: u32 = 0x17a;
const ALG_AES: u16 = 0x6;
const ALG_KEYED_HASH: u16 = 0x8;
const ALG_SHA256: u16 = 0xb;
const ALG_NULL: u16 = 0x10;
const ALG_ECC: u16 = 0x23;
const ALG_CFB: u16 = 0x43;
const CURVE_P256: u16 = 0x3;
/// fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, decrypt: a key under
/// which others stand, which never leaves the TPM.
const STORAGE_KEY: u32 = 0x0003_0472;
/// fixedTPM, fixedParent, userWithAuth, noDA: data from outside, for this TPM alone.
const SEALED_DATA: u32 = 0x0000_0452;
/// Capability of properties, and the property that says "2.0".
const PROPERTIES: u32 = 0x6;
const FAMILY: u32 = 0x100;

// Part 2 §6.6: integrity of a private area, and a password that is wrong or missing.
const RC_INTEGRITY: u32 = 0x9f;
const RC_AUTH_FAIL: u32 = 0x8e;
const RC_BAD_AUTH: u32 = 0xa2;

/// Longest area of a sealed object, bytes; a TPM of today makes 46 and some 160.
const LONGEST_AREA: usize = 1024;

/// A key as a TPM sealed it: of no use without that TPM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedKey {
    public: Vec<u8>,
    private: Vec<u8>,
}

impl SealedKey {
    /// As text: two lines of hexadecimal digits.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n", hex::encode(&self.public), hex::encode(&self.private))
    }

    /// From the text; `None` for any other.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut area = || {
            let area = hex::decode(lines.next()?).ok()?;
            (1..=LONGEST_AREA).contains(&area.len()).then_some(area)
        };
        let (public, private) = (area()?, area()?);
        lines.next().is_none().then_some(Self { public, private })
    }
}

/// A TPM that said it is one.
pub(super) struct Tpm(Transport);

impl Tpm {
    pub fn open(device: &Path) -> Result<Self, TpmError> {
        let mut tpm = Self(Transport::open(device)?);
        let asked = Out::default().u32(PROPERTIES).u32(FAMILY).u32(1);
        let answer = tpm.run(GET_CAPABILITY, &[], &asked, false).map_err(|error| match error {
            // One of version 1.2 does not know the tag, and says so in its own way.
            TpmError::Refused { .. } | TpmError::Protocol { .. } => TpmError::NotTwo,
            other => other,
        })?;
        // More data?, capability, count, property, value.
        let family: Option<&[u8]> = answer.get(13..17);
        if family == Some(b"2.0\0") { Ok(tpm) } else { Err(TpmError::NotTwo) }
    }

    pub fn seal(&mut self, key: &[u8; 32]) -> Result<SealedKey, TpmError> {
        let primary = self.primary()?;
        let sealed = self.create(primary, key);
        self.flush(primary);
        sealed
    }

    pub fn unseal(&mut self, sealed: &SealedKey) -> Result<Zeroizing<[u8; 32]>, TpmError> {
        let primary = self.primary()?;
        let key = self.load(primary, sealed).and_then(|object| {
            let key = self.read(object);
            self.flush(object);
            key
        });
        self.flush(primary);
        key
    }

    /// The storage key of this hierarchy: the same each time, for the template is.
    fn primary(&mut self) -> Result<u32, TpmError> {
        let template = Out::default()
            .u16(ALG_ECC)
            .u16(ALG_SHA256)
            .u32(STORAGE_KEY)
            .sized(&[])
            .u16(ALG_AES)
            .u16(128)
            .u16(ALG_CFB)
            .u16(ALG_NULL)
            .u16(CURVE_P256)
            .u16(ALG_NULL)
            .sized(&[])
            .sized(&[]);
        let answer = self.run(CREATE_PRIMARY, &[OWNER], &creation(&[], &template), true)?;
        In(&answer).u32()
    }

    fn create(&mut self, parent: u32, key: &[u8; 32]) -> Result<SealedKey, TpmError> {
        let template = Out::default()
            .u16(ALG_KEYED_HASH)
            .u16(ALG_SHA256)
            .u32(SEALED_DATA)
            .sized(&[])
            .u16(ALG_NULL)
            .sized(&[]);
        let answer = self.run(CREATE, &[parent], &creation(key, &template), true)?;
        let mut read = In(&answer);
        // The size of the parameters, which the size of the answer says again.
        read.u32()?;
        let (private, public) = (read.sized()?.to_vec(), read.sized()?.to_vec());
        if [&private, &public].iter().all(|area| (1..=LONGEST_AREA).contains(&area.len())) {
            Ok(SealedKey { public, private })
        } else {
            Err(TpmError::Protocol { what: "the sealed key" })
        }
    }

    fn load(&mut self, parent: u32, sealed: &SealedKey) -> Result<u32, TpmError> {
        let areas = Out::default().sized(&sealed.private).sized(&sealed.public);
        let answer = self.run(LOAD, &[parent], &areas, true)?;
        In(&answer).u32()
    }

    fn read(&mut self, object: u32) -> Result<Zeroizing<[u8; 32]>, TpmError> {
        let answer = self.run(UNSEAL, &[object], &Out::default(), true)?;
        let mut read = In(&answer);
        read.u32()?;
        let key = read.sized()?.try_into();
        key.map(Zeroizing::new).map_err(|_| TpmError::Protocol { what: "the length of the key" })
    }

    /// Lets go of a key in the TPM. One that stays takes a place until the laptop starts anew.
    fn flush(&mut self, handle: u32) {
        let _ = self.run(FLUSH_CONTEXT, &[], &Out::default().u32(handle), false);
    }

    /// One command with empty passwords for its handles; what follows the head of its answer.
    fn run(
        &mut self,
        code: u32,
        handles: &[u32],
        parameters: &Out,
        has_session: bool,
    ) -> Result<Zeroizing<Vec<u8>>, TpmError> {
        let mut body = handles.iter().fold(Out::default(), |body, handle| body.u32(*handle));
        if has_session {
            // Handle, no nonce, no attributes, no password: nine bytes.
            body = body.u32(9).u32(PASSWORD_SESSION).sized(&[]).u8(0).sized(&[]);
        }
        let body = body.bytes(&parameters.0);
        let tag = if has_session { SESSIONS } else { NO_SESSIONS };
        let size = (HEAD + body.0.len()) as u32;
        let command = Out::default().u16(tag).u32(size).u32(code).bytes(&body.0);
        let answer = self.0.exchange(&command.0)?;
        match In(&answer[6..]).u32()? {
            0 => Ok(Zeroizing::new(answer[HEAD..].to_vec())),
            refused => Err(refusal(refused)),
        }
    }
}

/// Sensitive data, template, no data of the caller's, no PCRs: the parameters of both creations.
fn creation(data: &[u8], template: &Out) -> Out {
    let sensitive = Out::default().sized(&[]).sized(data);
    Out::default().sized(&sensitive.0).sized(&template.0).sized(&[]).u32(0)
}

/// The refusal of a response code. Those of format one carry the number of a handle, parameter or
/// session besides (Part 2 §6.6.2).
const fn refusal(code: u32) -> TpmError {
    let is_format_one = code & 0x80 != 0;
    match code & 0xbf {
        RC_INTEGRITY if is_format_one => TpmError::Other,
        RC_AUTH_FAIL | RC_BAD_AUTH if is_format_one => TpmError::OwnerPassword,
        _ => TpmError::Refused { code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_is_text_and_no_other_text_is_one() {
        let sealed = SealedKey { public: vec![1; 46], private: vec![2; 158] };
        assert_eq!(SealedKey::from_text(&sealed.to_text()), Some(sealed.clone()));
        let long = "00".repeat(LONGEST_AREA + 1);
        for text in ["", "01\n", "01\n\n", "01\nzz\n", "01\n02\n03\n", &format!("01\n{long}\n")] {
            assert_eq!(SealedKey::from_text(text), None, "{text:.20}");
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        assert_eq!(refusal(0x1df).code(), "tpm.other");
        assert_eq!(refusal(0x98e).code(), "tpm.owner_password");
        assert_eq!(refusal(0x9a2).code(), "tpm.owner_password");
        assert_eq!(refusal(0x922).code(), "tpm.refused");
        assert_eq!(refusal(0x101).code(), "tpm.refused");
    }
}
