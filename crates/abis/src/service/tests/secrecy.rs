//! Nothing of a person stands readable in the database.

use super::*;
use crate::service::tasks::{JobRequest, Operation};

#[tokio::test]
async fn names_galleries_documents_and_templates_are_sealed() {
    let bench = Bench::on(TestDatabase::sqlite().await.unwrap(), &[]);
    let encounter = NewEncounter {
        kind: "KIND-IN-CLEAR".into(),
        galleries: galleries(&["GALLERY-IN-CLEAR"]),
        attachment: b"ATTACHMENT-IN-CLEAR".to_vec(),
        ..new(1, 0)
    };
    bench.service.insert(&key(1, 1), encounter.clone()).await.unwrap();
    let operation = Operation::Insert(key(2, 2), encounter.clone());
    bench.service.submit(JobRequest { operation, callback: None }).await.unwrap();
    let shown = format!("{encounter:?} {:?}", bench.service.read(&key(1, 1)).await.unwrap());
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(bench.db.folder().unwrap()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let template = encounter.biometrics.fingers[0].template.clone();
    let secrets: [&[u8]; 6] = [
        b"person-",
        b"capture-",
        b"KIND-IN-CLEAR",
        b"GALLERY-IN-CLEAR",
        b"ATTACHMENT-IN-CLEAR",
        &template[8..40],
    ];
    for secret in secrets {
        let stands = |text: &[u8]| text.windows(secret.len()).any(|window| window == secret);
        assert!(!stands(&bytes), "{}", String::from_utf8_lossy(secret));
        assert!(!stands(shown.as_bytes()), "{}", String::from_utf8_lossy(secret));
    }
}
