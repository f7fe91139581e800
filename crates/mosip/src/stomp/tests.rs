//! Frames come back as they were written, however the bytes are cut; what is none is refused.

use proptest::prelude::*;

use super::frame::Frame;
use super::parser::{NotStomp, Parser};

const LONGEST: usize = 64;

fn all(bytes: &[u8], step: usize) -> Result<Vec<Frame>, NotStomp> {
    let mut parser = Parser::new(LONGEST);
    let mut frames = Vec::new();
    for chunk in bytes.chunks(step.max(1)) {
        parser.feed(chunk);
        while let Some(frame) = parser.next()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

#[test]
fn frames_are_read_however_they_arrive() {
    let bytes: Vec<u8> = [
        &b"\n\nCONNECTED\nversion:1.2\nserver:a\\b\n\n\0\n"[..],
        b"MESSAGE\r\nack:ID\\c1\\n\r\nack:second\r\n\r\n{}\0\r\n",
        b"MESSAGE\ncontent-length:4\n\na\0b\0\0",
        b"RECEIPT\nreceipt-id:bye\n\n\0",
    ]
    .concat();
    for step in 1..bytes.len() {
        let frames = all(&bytes, step).unwrap();
        let seen: Vec<(&str, &[u8], bool)> = frames
            .iter()
            .map(|frame| (frame.command.as_str(), frame.body.as_slice(), frame.is_binary()))
            .collect();
        assert_eq!(
            seen,
            [
                ("CONNECTED", &b""[..], false),
                ("MESSAGE", b"{}", false),
                ("MESSAGE", b"a\0b\0", true),
                ("RECEIPT", b"", false),
            ],
            "in steps of {step}"
        );
        assert_eq!(frames[0].header("server"), Some("a\\b"));
        assert_eq!(frames[1].header("ack"), Some("ID:1\n"));
    }
}

#[test]
fn a_body_too_long_is_skipped_and_told() {
    let long = "x".repeat(LONGEST + 1);
    for length in ["", "content-length:65\n"] {
        let bytes = format!("MESSAGE\nack:7\n{length}\n{long}\0MESSAGE\nack:8\n\nok\0");
        for step in [1, 7, 1_000] {
            let frames = all(bytes.as_bytes(), step).unwrap();
            assert!(frames[0].oversized && frames[0].body.is_empty());
            assert_eq!(frames[0].header("ack"), Some("7"));
            assert_eq!((frames[1].oversized, &frames[1].body[..]), (false, &b"ok"[..]));
        }
    }
}

#[test]
fn what_is_no_frame_is_refused() {
    let endless = format!("MESSAGE\na:{}", "b".repeat(70 << 10));
    for bytes in [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "MESSAGE\nnocolon\n\n\0",
        "MESSAGE\na:\\t\n\n\0",
        "MESSAGE\ncontent-length:many\n\n\0",
        "MESSAGE\ncontent-length:1\n\nab\0",
        &endless,
    ] {
        assert_eq!(
            all(bytes.as_bytes(), 4_096),
            Err(NotStomp),
            "{}",
            &bytes[..20.min(bytes.len())]
        );
    }
}

#[test]
fn what_is_written_is_read_back() {
    let frame = Frame::new("SEND")
        .with("destination", "/queue/a:b")
        .with("odd", "line\nend\\\r")
        .with_body("{\"a\":1}", true);
    assert_eq!(all(&frame.to_bytes(), 3).unwrap(), std::slice::from_ref(&frame));
    assert!(!format!("{frame:?}").contains("queue"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        step in 1usize..50,
    ) {
        let _ = all(&bytes, step);
        let _ = all(&[&b"MESSAGE\ncontent-length:9\n"[..], &bytes].concat(), step);
    }
}
