-- The local store of one registration kit. Everything that says something about a
-- resident stands encrypted in draft.content until it is sealed, and nowhere after.
-- Times are microseconds since the epoch, days are the country's civil days (YYYY-MM-DD).

-- The kit itself: exactly one row.
CREATE TABLE kit (
    only_row          INTEGER PRIMARY KEY CHECK (only_row = 1),
    kit_id            BLOB    NOT NULL CHECK (length(kit_id) = 16),
    serial            TEXT    NOT NULL, -- as engraved on the device
    sublocation       TEXT    NOT NULL, -- code of the country pack; never coordinates
    centre_public_key BLOB    NOT NULL CHECK (length(centre_public_key) = 32), -- X25519
    log_public_key    TEXT    NOT NULL, -- verifier key of the transparency log, its text form
    created_at        INTEGER NOT NULL,
    last_seen_at      INTEGER NOT NULL, -- latest time that this kit worked at; only the centre's word moves it back
    last_server_at    INTEGER,          -- latest time that the centre said
    revoked_at        INTEGER           -- when the centre revoked the kit
) STRICT;

-- Who may work with this kit. The signing keys are files, not rows.
CREATE TABLE officer (
    officer_id BLOB    PRIMARY KEY CHECK (length(officer_id) = 16),
    public_key BLOB    NOT NULL CHECK (length(public_key) = 32), -- Ed25519
    supervisor INTEGER NOT NULL CHECK (supervisor IN (0, 1)) -- may close the day
) STRICT, WITHOUT ROWID;

-- Encounters that are not sealed yet. Sealing removes the row, and the key with it.
CREATE TABLE draft (
    position       INTEGER PRIMARY KEY, -- order of opening, which is the order of sealing
    application_id BLOB    NOT NULL UNIQUE CHECK (length(application_id) = 16),
    number_index   BLOB    NOT NULL UNIQUE CHECK (length(number_index) = 32), -- keyed hash of the application number
    state          TEXT    NOT NULL CHECK (state IN ('open', 'complete')),
    opened_at      INTEGER NOT NULL,
    completed_at   INTEGER,
    wrapped_key    BLOB    NOT NULL, -- this draft's own data key under the kit's root key, bound to the application
    content        BLOB    NOT NULL, -- the encounter under the data key, bound to application and state
    CHECK ((state = 'complete') = (completed_at IS NOT NULL))
) STRICT;

-- Sealed packets; the bytes are files in the outbox. Rows are never removed: they are the
-- kit's memory of its chain.
CREATE TABLE packet (
    sequence        INTEGER PRIMARY KEY CHECK (sequence > 0), -- place in the kit's chain, without gaps
    packet_id       BLOB    NOT NULL UNIQUE CHECK (length(packet_id) = 16),
    application_id  BLOB    NOT NULL UNIQUE CHECK (length(application_id) = 16),
    number_index    BLOB    NOT NULL UNIQUE CHECK (length(number_index) = 32),
    previous_hash   BLOB    NOT NULL CHECK (length(previous_hash) = 32),
    hash            BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the file
    length          INTEGER NOT NULL CHECK (length > 0),               -- bytes of the file
    sealed_at       INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('sealed', 'uploaded', 'receipted', 'deleted')),
    upload_path     TEXT,              -- where the centre takes the rest of an upload
    upload_offset   INTEGER NOT NULL DEFAULT 0, -- bytes that the centre acknowledged
    uploaded_at     INTEGER,
    standing        TEXT,              -- where it stands at the centre, its word
    standing_code   TEXT,              -- the centre's stable code of the reason
    receipt         TEXT,              -- verified receipt
    receipted_at    INTEGER,
    false_receipt   TEXT,              -- last receipt that did not verify, kept as evidence
    fault_code      TEXT,              -- what is wrong with the file, such as kit.packet_missing
    deleted_at      INTEGER,
    CHECK (state NOT IN ('receipted', 'deleted') OR receipt IS NOT NULL),
    CHECK (state <> 'deleted' OR deleted_at IS NOT NULL)
) STRICT;

-- How many encounters were completed, per day, officer and form. Counts only.
CREATE TABLE day_count (
    day        TEXT    NOT NULL,
    officer_id BLOB    NOT NULL CHECK (length(officer_id) = 16),
    form_kind  TEXT    NOT NULL,
    completed  INTEGER NOT NULL,
    PRIMARY KEY (day, officer_id, form_kind)
) STRICT, WITHOUT ROWID;

-- How many attempts were refused, per day and stable code. Counts only; a resident who
-- declines is not even counted.
CREATE TABLE day_refusal (
    day     TEXT    NOT NULL,
    code    TEXT    NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (day, code)
) STRICT, WITHOUT ROWID;

-- Reports of closed days, as written.
CREATE TABLE day_close (
    day           TEXT    NOT NULL,
    closed_at     INTEGER NOT NULL,
    supervisor_id BLOB    NOT NULL CHECK (length(supervisor_id) = 16),
    report        TEXT    NOT NULL, -- JSON
    PRIMARY KEY (day, closed_at)
) STRICT, WITHOUT ROWID;
