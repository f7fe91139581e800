-- The store of the register.
--
-- Ids are sixteen opaque bytes. Times are milliseconds since 1970-01-01T00:00Z.
-- "Sealed" columns hold AES-256-GCM-SIV under a data key of table data_key, bound
-- to table, column, row, version and class. "Blind" columns hold a keyed HMAC,
-- cut to sixteen bytes. Everything else is plain and holds no personal data.
-- "Fixed" columns never change after the insert.

-- Counters whose row lock puts transactions in an order.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,      -- what is counted; fixed
    value BIGINT NOT NULL               -- last value given out; grows
);
INSERT INTO counter (name, value) VALUES ('search_sequence', 0), ('log_sequencer', 0);

-- One key per owner and class. Emptying a row erases what its key sealed.
CREATE TABLE data_key (
    owner BYTEA NOT NULL CHECK (length(owner) = 16), -- id of the owner, zeros for the register; fixed
    owner_kind TEXT NOT NULL,            -- person, application, gallery, packet, register; fixed
    class TEXT NOT NULL,                 -- class of data; '*' is the tombstone for all; fixed
    wrapped BYTEA,                        -- the key, sealed by the root's wrapping key; emptied once
    destroyed_at BIGINT,                -- when it was destroyed; set once
    PRIMARY KEY (owner, owner_kind, class),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

-- Registration kits.
CREATE TABLE kit (
    kit BYTEA NOT NULL PRIMARY KEY CHECK (length(kit) = 16), -- id; fixed
    serial TEXT NOT NULL UNIQUE,         -- serial number of the device; fixed
    signing_key BYTEA NOT NULL CHECK (length(signing_key) = 32), -- Ed25519 public key; fixed
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')), -- changes once
    sublocation TEXT,                    -- code of the area where it works; changes
    last_sequence BIGINT NOT NULL,      -- place of the last packet taken; grows
    last_hash BYTEA NOT NULL CHECK (length(last_hash) = 32), -- SHA-256 of that packet; changes with it
    enrolled_at BIGINT NOT NULL         -- time; fixed
);

-- Staff, as far as acts need them.
CREATE TABLE officer (
    officer BYTEA NOT NULL PRIMARY KEY CHECK (length(officer) = 16), -- id; fixed
    signing_key BYTEA NOT NULL CHECK (length(signing_key) = 32), -- Ed25519 public key; fixed
    roles TEXT NOT NULL,                 -- JSON list of role names; changes
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended')) -- changes
);

-- Resumable uploads under way; the bytes lie in files.
CREATE TABLE upload (
    upload BYTEA NOT NULL PRIMARY KEY CHECK (length(upload) = 16), -- id; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- the kit that sends; fixed
    declared_hash BYTEA NOT NULL CHECK (length(declared_hash) = 32), -- SHA-256 declared; fixed
    total_length BIGINT NOT NULL CHECK (total_length >= 0), -- bytes; fixed
    byte_offset BIGINT NOT NULL,        -- bytes on disk; grows
    created_at BIGINT NOT NULL,         -- time; fixed
    CHECK (byte_offset BETWEEN 0 AND total_length)
);
CREATE INDEX upload_by_age ON upload (created_at);

-- Packets received whole; the sealed bytes lie in files.
CREATE TABLE packet (
    packet BYTEA NOT NULL PRIMARY KEY CHECK (length(packet) = 16), -- id; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- the kit it names, known or not; fixed
    kit_sequence BIGINT NOT NULL,       -- place in the kit's chain; fixed
    hash BYTEA NOT NULL CHECK (length(hash) = 32), -- SHA-256 of the sealed bytes; fixed
    total_length BIGINT NOT NULL,       -- bytes; fixed
    received_at BIGINT NOT NULL,        -- time; fixed
    leaf BYTEA,                           -- leaf of the log behind the receipt; set once
    quarantine TEXT                      -- stable code of the gate that refused it; set once
);
CREATE INDEX packet_by_kit ON packet (kit, kit_sequence);

-- Two packets of one id that differ.
CREATE TABLE tamper_case (
    packet BYTEA NOT NULL CHECK (length(packet) = 16), -- the id both claim; fixed
    other_hash BYTEA NOT NULL CHECK (length(other_hash) = 32), -- SHA-256 of the later one; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- the kit that the later one names; fixed
    kept_hash BYTEA NOT NULL CHECK (length(kept_hash) = 32), -- SHA-256 of the one kept; fixed
    seen_at BIGINT NOT NULL,            -- time; fixed
    PRIMARY KEY (packet, other_hash)
);

-- Applications and where each one stands.
CREATE TABLE application (
    application BYTEA NOT NULL PRIMARY KEY CHECK (length(application) = 16), -- id; fixed
    packet BYTEA NOT NULL UNIQUE CHECK (length(packet) = 16), -- its packet; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- the kit the packet names; fixed
    officer BYTEA,                        -- who captured it; set when opened
    form_kind TEXT,                      -- code of the form; set when opened
    county TEXT,                         -- code of the county; set when opened; no blind index
    number_token BYTEA UNIQUE,            -- blind: number on the slip; set when opened
    number_sealed BYTEA,                  -- sealed, class slip: that number; set when opened
    search_sequence BIGINT UNIQUE,      -- place in the order of searches; set once
    state_name TEXT NOT NULL,            -- name of the state; changes with state
    state TEXT NOT NULL,                 -- JSON of the state, ids and codes only; changes
    since BIGINT NOT NULL,              -- time the state began; changes with state
    received_at BIGINT NOT NULL,        -- time; fixed
    version BIGINT NOT NULL             -- changes of state, from 1; grows
);
CREATE INDEX application_by_state ON application (state_name, application);

-- Answers, by class of sensitivity.
CREATE TABLE answer (
    application BYTEA NOT NULL REFERENCES application (application), -- whose; fixed
    class TEXT NOT NULL,                 -- class of the country pack; fixed
    version BIGINT NOT NULL,            -- times written, from 1; grows
    sealed BYTEA NOT NULL,                -- sealed, by class: JSON of the answers; changes with version
    PRIMARY KEY (application, class)
);

-- Terms by which applications can be found.
CREATE TABLE search_term (
    token BYTEA NOT NULL CHECK (length(token) = 16), -- blind, one key per kind of term; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- whose; fixed
    sequence BIGINT NOT NULL,           -- its place in the order of searches; fixed
    PRIMARY KEY (token, application)
);
CREATE INDEX search_term_by_application ON search_term (application);

-- What linkage compares.
CREATE TABLE linkage_record (
    application BYTEA NOT NULL PRIMARY KEY REFERENCES application (application), -- whose; fixed
    sealed BYTEA NOT NULL                 -- sealed, class search: the record; fixed
);

-- Templates under opaque references. No column leads to a person.
CREATE TABLE gallery (
    reference BYTEA NOT NULL PRIMARY KEY CHECK (length(reference) = 16), -- keyed HMAC of the application; fixed
    sequence BIGINT NOT NULL,           -- place in the order of searches; fixed
    sealed BYTEA NOT NULL                 -- sealed, class biometric: templates; fixed
);
CREATE INDEX gallery_by_sequence ON gallery (sequence);

-- The way back from a reference.
CREATE TABLE pseudonym (
    reference BYTEA NOT NULL PRIMARY KEY CHECK (length(reference) = 16), -- as in gallery; fixed
    sealed BYTEA NOT NULL                 -- sealed, class pseudonym: id of the application; fixed
);

-- People in the register.
CREATE TABLE person (
    person BYTEA NOT NULL PRIMARY KEY CHECK (length(person) = 16), -- id; fixed
    status TEXT NOT NULL,                -- JSON: living, deceased, emigrated; changes
    founding BYTEA NOT NULL UNIQUE REFERENCES application (application), -- first application; fixed
    created_at BIGINT NOT NULL,         -- time; fixed
    version BIGINT NOT NULL             -- changes of status, from 1; grows
);

-- Which applications stand for which person.
CREATE TABLE person_application (
    application BYTEA NOT NULL PRIMARY KEY REFERENCES application (application), -- fixed
    person BYTEA NOT NULL REFERENCES person (person), -- for whom it stands; fixed
    how TEXT NOT NULL CHECK (how IN ('founding', 'adjudicated')), -- fixed
    linked_at BIGINT NOT NULL           -- time; fixed
);
CREATE INDEX person_application_by_person ON person_application (person);

-- Numbers, for ever. Append only.
CREATE TABLE number (
    token BYTEA NOT NULL PRIMARY KEY CHECK (length(token) = 16), -- blind: the number; fixed
    person BYTEA NOT NULL UNIQUE REFERENCES person (person), -- whose; fixed
    sealed BYTEA NOT NULL,                -- sealed, class number: the digits; fixed
    assigned_at BIGINT NOT NULL         -- time; fixed
);

-- Adjudication cases.
CREATE TABLE adjudication_case (
    adjudication_case BYTEA NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- id; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- about which; fixed
    reason TEXT NOT NULL,                -- JSON name of the reason; fixed
    stage_name TEXT NOT NULL,            -- name of the stage; changes with stage
    stage TEXT NOT NULL,                 -- JSON of the stage: opinions, ids, codes; changes
    candidates TEXT NOT NULL,            -- JSON: ids and scores; fixed
    opened_at BIGINT NOT NULL,          -- time; fixed
    decided_at BIGINT,                  -- time; set once
    version BIGINT NOT NULL             -- changes of stage, from 1; grows
);
CREATE UNIQUE INDEX adjudication_case_open ON adjudication_case (application)
    WHERE decided_at IS NULL;
CREATE INDEX adjudication_case_by_application ON adjudication_case (application, opened_at);
CREATE INDEX adjudication_case_by_stage ON adjudication_case (stage_name, opened_at);

-- The queue.
CREATE TABLE job (
    job BYTEA NOT NULL PRIMARY KEY CHECK (length(job) = 16), -- id; fixed
    kind TEXT NOT NULL,                  -- what is to be done; fixed
    subject BYTEA NOT NULL CHECK (length(subject) = 16), -- to what; fixed
    run_at BIGINT NOT NULL,             -- time, not before; changes
    attempts BIGINT NOT NULL,           -- tries begun; changes
    lease_until BIGINT,                 -- time until which a worker holds it; changes
    worker TEXT,                         -- name of that worker's process; changes
    last_error TEXT,                     -- stable code; changes
    parked_at BIGINT                    -- time it was given up; changes
);
CREATE UNIQUE INDEX job_once ON job (kind, subject) WHERE parked_at IS NULL;
CREATE INDEX job_due ON job (run_at, job) WHERE parked_at IS NULL;
CREATE INDEX job_leased ON job (lease_until) WHERE lease_until IS NOT NULL;

-- Leaves of the transparency log, staged and in place.
CREATE TABLE log_leaf (
    leaf BYTEA NOT NULL PRIMARY KEY CHECK (length(leaf) = 16), -- id; fixed
    kind TEXT NOT NULL,                  -- what is recorded; fixed
    commitment BYTEA NOT NULL CHECK (length(commitment) = 32), -- salted commitment, public; fixed
    salt BYTEA NOT NULL,                  -- sealed, class log: the salt; fixed
    opening BYTEA NOT NULL,               -- sealed, class log: the event; fixed
    owner_kind TEXT NOT NULL,            -- whose key seals them, as in data_key; fixed
    owner BYTEA NOT NULL CHECK (length(owner) = 16), -- likewise; fixed
    staged_at BIGINT NOT NULL,          -- time; fixed
    entry_index BIGINT UNIQUE           -- place in the log, from 0; set once
);
CREATE INDEX log_leaf_staged ON log_leaf (staged_at, leaf) WHERE entry_index IS NULL;

-- Who looked at whom. Append only.
CREATE TABLE disclosure (
    disclosure BYTEA NOT NULL PRIMARY KEY CHECK (length(disclosure) = 16), -- id; fixed
    application BYTEA,                    -- of the person looked at; empty where nobody was found; fixed
    at BIGINT NOT NULL,                 -- time; fixed
    asker TEXT NOT NULL,                 -- code of the agency, or role of staff; fixed
    officer TEXT NOT NULL,               -- pseudonym of the officer; fixed
    purpose TEXT NOT NULL,               -- code of the purpose; fixed
    attributes TEXT NOT NULL,            -- JSON list of the codes asked for, no values; fixed
    denial TEXT,                         -- stable code; empty where answered; fixed
    leaf BYTEA NOT NULL CHECK (length(leaf) = 16) -- leaf of the log that proves it; fixed
);
CREATE INDEX disclosure_by_application ON disclosure (application, at, disclosure);
CREATE INDEX disclosure_by_time ON disclosure (at, disclosure);

-- Orders that stop a power of the programme.
CREATE TABLE freeze_order (
    freeze_order BYTEA NOT NULL PRIMARY KEY CHECK (length(freeze_order) = 16), -- id; fixed
    power TEXT NOT NULL,                 -- enrol, share, issue; fixed
    agency TEXT,                         -- code, or empty for all; fixed
    county TEXT,                         -- code, or empty for everywhere; fixed
    court_order TEXT NOT NULL,           -- the order it rests on; fixed
    since BIGINT NOT NULL,              -- time; fixed
    lifted_at BIGINT,                   -- time; set once
    lifting_order TEXT,                  -- the order that lifted it; set once
    CHECK ((lifted_at IS NULL) = (lifting_order IS NULL))
);

-- Clients of agencies.
CREATE TABLE client (
    client BYTEA NOT NULL PRIMARY KEY CHECK (length(client) = 16), -- id; fixed
    agency TEXT NOT NULL,                -- code of the agency; fixed
    secret_hash BYTEA NOT NULL CHECK (length(secret_hash) = 32), -- SHA-256 of a random secret; fixed
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')) -- changes once
);

-- Access tokens of those clients.
CREATE TABLE access_token (
    token_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32), -- SHA-256 of a random token; fixed
    client BYTEA NOT NULL REFERENCES client (client), -- who holds it; fixed
    expires_at BIGINT NOT NULL          -- time; fixed
);
CREATE INDEX access_token_by_client ON access_token (client);
CREATE INDEX access_token_by_age ON access_token (expires_at);

-- Messages to residents.
CREATE TABLE message (
    message BYTEA NOT NULL PRIMARY KEY CHECK (length(message) = 16), -- id; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- about which; fixed
    kind TEXT NOT NULL,                  -- what it is; fixed
    to_sealed BYTEA NOT NULL,             -- sealed, class message: telephone number; fixed
    body_sealed BYTEA NOT NULL,           -- sealed, class message: text; fixed
    created_at BIGINT NOT NULL,         -- time; fixed
    sent_at BIGINT                      -- time; set once
);
CREATE INDEX message_unsent ON message (created_at, message) WHERE sent_at IS NULL;
CREATE INDEX message_by_time ON message (created_at);

-- One-time codes of residents.
CREATE TABLE one_time_code (
    code BYTEA NOT NULL PRIMARY KEY CHECK (length(code) = 16), -- random id of the row; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- whose; fixed
    mac BYTEA NOT NULL CHECK (length(mac) = 32), -- keyed HMAC of row id and code; fixed
    asked_at BIGINT NOT NULL,           -- time; fixed
    expires_at BIGINT NOT NULL,         -- time; fixed
    attempts_left BIGINT NOT NULL CHECK (attempts_left >= 0) -- wrong tries left; falls
);
CREATE INDEX one_time_code_by_application ON one_time_code (application, asked_at);
CREATE INDEX one_time_code_by_age ON one_time_code (expires_at);

-- Sessions of residents.
CREATE TABLE session (
    token BYTEA NOT NULL PRIMARY KEY CHECK (length(token) = 16), -- blind: the token; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- whose; fixed
    expires_at BIGINT NOT NULL          -- time; fixed
);
CREATE INDEX session_by_age ON session (expires_at);

-- Orders for cards.
CREATE TABLE card_order (
    card_order BYTEA NOT NULL PRIMARY KEY CHECK (length(card_order) = 16), -- id; fixed
    person BYTEA NOT NULL REFERENCES person (person), -- whose; fixed
    application BYTEA NOT NULL UNIQUE REFERENCES application (application), -- that it answers; fixed
    state_name TEXT NOT NULL CHECK (state_name IN ('ordered', 'made', 'sent', 'collected')), -- changes
    since BIGINT NOT NULL,              -- time the state began; changes with it
    ordered_at BIGINT NOT NULL,         -- time; fixed
    pdf_sealed BYTEA,                     -- sealed, class card: the card as PDF; set once
    credential_sealed BYTEA               -- sealed, class card: text of the QR; set once
);
CREATE INDEX card_order_by_person ON card_order (person);
CREATE INDEX card_order_by_state ON card_order (state_name, since);

-- Who did what. Append only.
CREATE TABLE audit_event (
    event BYTEA NOT NULL PRIMARY KEY CHECK (length(event) = 16), -- id; fixed
    at BIGINT NOT NULL,                 -- time; fixed
    actor TEXT NOT NULL,                 -- id or name of who did it; fixed
    action TEXT NOT NULL,                -- what; fixed
    subject TEXT NOT NULL,               -- id of what it was done to; fixed
    details TEXT NOT NULL                -- JSON without personal data; fixed
);
CREATE INDEX audit_event_by_subject ON audit_event (subject, at);
CREATE INDEX audit_event_by_time ON audit_event (at);

-- Tables that only grow refuse everybody's updates and deletes.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append only' USING ERRCODE = 'NI001';
END
$$;
CREATE TRIGGER number_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON number
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of a leaf only the place may be set, once.
CREATE TRIGGER log_leaf_fixed BEFORE UPDATE ON log_leaf FOR EACH ROW
    WHEN (OLD.entry_index IS NOT NULL OR NEW.leaf <> OLD.leaf OR NEW.kind <> OLD.kind
        OR NEW.commitment <> OLD.commitment OR NEW.staged_at <> OLD.staged_at)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_leaf_no_delete BEFORE DELETE OR TRUNCATE ON log_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
