//! Addresses, and envelopes that were tampered with. Fetching itself is tested against a server, in
//! the crate's own tests.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

#[test]
fn only_allowed_places_are_fetched_from() {
    let allowed: Vec<Origin> = ["https://share.example", "http://10.1.2.3:8080"]
        .into_iter()
        .map(|text| text.parse().unwrap())
        .collect();
    for (address, want) in [
        ("https://share.example/v1/datashare/get/a/b/c", Ok(())),
        ("https://SHARE.example:443/x?y=z", Ok(())),
        ("https://share.example./x", Ok(())),
        ("http://10.1.2.3:8080/x", Ok(())),
        ("http://share.example/x", Err(ShareError::Forbidden)),
        ("https://share.example:8443/x", Err(ShareError::Forbidden)),
        ("http://10.1.2.3/x", Err(ShareError::Forbidden)),
        ("http://169.254.169.254/latest/meta-data", Err(ShareError::Forbidden)),
        ("https://share.example.evil.example/x", Err(ShareError::Forbidden)),
        ("https://evil.example/https://share.example", Err(ShareError::Forbidden)),
        ("https://share.example@evil.example/x", Err(ShareError::Address)),
        ("https://user:pass@share.example/x", Err(ShareError::Address)),
        ("file:///etc/passwd", Err(ShareError::Address)),
        ("ftp://share.example/x", Err(ShareError::Address)),
        ("/v1/datashare/get/a", Err(ShareError::Address)),
        ("share.example/x", Err(ShareError::Address)),
        ("https://share.example:99999/x", Err(ShareError::Address)),
        ("", Err(ShareError::Address)),
        ("not an address", Err(ShareError::Address)),
    ] {
        assert_eq!(origin::check(address, &allowed).map(|_| ()), want, "{address}");
    }
    for text in ["share.example", "https://share.example/path", "ftp://x", "https://a@b", ""] {
        assert_eq!(text.parse::<Origin>(), Err(OriginError), "{text}");
    }
}

/// A receiver, and how a sender seals for it.
struct Receiver {
    keys: EnvelopeKeys,
    public: OaepPublicEncryptingKey,
}

fn receiver(thumbprint: Option<[u8; 32]>) -> Receiver {
    let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let public = OaepPublicEncryptingKey::new(private.public_key()).unwrap();
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&private).unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    let key = EnvelopeKey::from_pem(&pem, thumbprint).unwrap();
    Receiver { keys: EnvelopeKeys(vec![key]), public }
}

fn seal(public: &OaepPublicEncryptingKey, thumbprint: [u8; 32], document: &[u8]) -> Vec<u8> {
    let (key, additional) = ([7; 32], [9; 32]);
    let mut room = vec![0; public.ciphertext_size()];
    let wrapped = public.encrypt(&OAEP_SHA256_MGF1SHA256, &key, &mut room, None).unwrap();
    let mut sealed = document.to_vec();
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap())
        .seal_in_place_append_tag(
            Nonce::try_assume_unique_for_key(&additional[..12]).unwrap(),
            Aad::from(additional),
            &mut sealed,
        )
        .unwrap();
    [b"VER_R2", &thumbprint[..], wrapped, b"#KEY_SPLITTER#", &additional, &sealed].concat()
}

fn open(bytes: &[u8], keys: &EnvelopeKeys) -> Result<Vec<u8>, EnvelopeError> {
    envelope::open(URL_SAFE_NO_PAD.encode(bytes).as_bytes(), keys).map(|opened| opened.to_vec())
}

#[test]
fn envelopes_open_with_their_key_only() {
    let (named, nameless) = (receiver(Some([1; 32])), receiver(None));
    let envelope = seal(&named.public, [1; 32], b"<BIR/>");
    assert_eq!(open(&envelope, &named.keys), Ok(b"<BIR/>".to_vec()));
    assert_eq!(open(&envelope, &nameless.keys), Err(EnvelopeError::Sealed));
    assert_eq!(open(&envelope, &EnvelopeKeys::default()), Err(EnvelopeError::KeyUnknown));
    let other = seal(&named.public, [2; 32], b"<BIR/>");
    assert_eq!(open(&other, &named.keys), Err(EnvelopeError::KeyUnknown));
    let any = seal(&nameless.public, [3; 32], b"");
    assert_eq!(open(&any, &nameless.keys), Ok(Vec::new()));

    // Each part guards the rest: the key, the additional data, the document, its tag.
    for place in [40, 300, envelope.len() - 20, envelope.len() - 1] {
        let mut changed = envelope.clone();
        changed[place] ^= 1;
        assert!(open(&changed, &named.keys).is_err(), "{place}");
    }
    for cut in [0, 5, 6, 37, 200, 307, 320, 339, envelope.len() - 1] {
        assert!(open(&envelope[..cut], &named.keys).is_err(), "{cut}");
    }
    assert_eq!(envelope::open(b"{}*", &named.keys).unwrap_err(), EnvelopeError::Base64);
    let with_lines = STANDARD.encode(&envelope).replace('A', "A\r\n");
    assert!(envelope::open(with_lines.as_bytes(), &named.keys).is_ok());
}

#[test]
fn key_files_that_are_none_are_refused() {
    for pem in [
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
    ] {
        assert!(matches!(EnvelopeKey::from_pem(pem, None), Err(EnvelopeError::KeyFile)), "{pem}");
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

#[test]
fn what_is_sealed_for_a_certificate_opens_with_its_key() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["desk.invalid".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let recipient = Recipient::from_pem(&pem("CERTIFICATE", certificate.der())).unwrap();
    let key = pem("PRIVATE KEY", key.serialized_der());
    let keys = |thumbprint| EnvelopeKeys(vec![EnvelopeKey::from_pem(&key, thumbprint).unwrap()]);
    let sealed = recipient.seal(b"{}", &[1; 32], &[2; 32]).unwrap();
    let opened = envelope::open(&sealed, &keys(Some(recipient.thumbprint()))).unwrap();
    assert_eq!(*opened, b"{}");
    let other = envelope::open(&sealed, &keys(Some([0; 32]))).unwrap_err();
    assert_eq!(other, EnvelopeError::KeyUnknown);
    for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        assert!(matches!(Recipient::from_pem(pem), Err(EnvelopeError::CertificateFile)), "{pem}");
    }
}

proptest! {
    #[test]
    fn any_body_is_opened_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let keys = EnvelopeKeys::default();
        let _ = envelope::open(&bytes, &keys);
        let _ = open(&[&b"VER_R2"[..], &bytes, b"#KEY_SPLITTER#", &bytes].concat(), &keys);
    }
}
