-- The ABIS: who is enrolled under which of the caller's names, and in which order.
--
-- Words as in the first migration. All changes take the next value of the counter
-- 'abis_sequence' and hold its row until they commit, so that the order of places is
-- the order of commits.

INSERT INTO counter (name, value) VALUES ('abis_sequence', 0), ('abis_task', 0);

-- Captures. Matchers know them by their reference only.
CREATE TABLE abis_encounter (
    reference BYTEA NOT NULL PRIMARY KEY CHECK (length(reference) = 16), -- keyed HMAC of its first place; fixed
    person_token BYTEA NOT NULL CHECK (length(person_token) = 16), -- blind: the caller's name of the person; changes
    encounter_token BYTEA NOT NULL CHECK (length(encounter_token) = 16), -- blind: the caller's name of the capture; fixed
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive')), -- searched, or only kept; changes
    names_sealed BYTEA NOT NULL,          -- sealed, class abis: names of person and capture, kind; changes
    biometrics_sealed BYTEA NOT NULL,     -- sealed, class abis: templates and records; changes
    attachment_sealed BYTEA NOT NULL,     -- sealed, class abis: the caller's own document; changes
    place BIGINT NOT NULL,              -- place from which on it is searched; changes when it is active again
    version BIGINT NOT NULL,            -- sealings of the row, from 1; grows
    created_at BIGINT NOT NULL,         -- time; fixed
    updated_at BIGINT NOT NULL,         -- time; changes
    UNIQUE (person_token, encounter_token)
);
CREATE INDEX abis_encounter_by_status ON abis_encounter (status);

-- The last change of every reference that a matcher may hold: what it reads to catch up.
CREATE TABLE abis_change (
    reference BYTEA NOT NULL PRIMARY KEY CHECK (length(reference) = 16), -- as in abis_encounter, which may be gone; fixed
    sequence BIGINT NOT NULL UNIQUE,    -- place of the change; grows
    state TEXT NOT NULL CHECK (state IN ('inserted', 'removed')) -- what to do with it; changes
);

-- Named parts of everybody enrolled.
CREATE TABLE abis_gallery (
    gallery BYTEA NOT NULL PRIMARY KEY CHECK (length(gallery) = 16), -- blind: its name; fixed
    name_sealed BYTEA NOT NULL,           -- sealed, class abis: its name; fixed
    changed BIGINT NOT NULL             -- place of the last change of its members; grows
);

-- Who is in them.
CREATE TABLE abis_member (
    gallery BYTEA NOT NULL REFERENCES abis_gallery (gallery), -- which; fixed
    reference BYTEA NOT NULL REFERENCES abis_encounter (reference), -- who; fixed
    PRIMARY KEY (gallery, reference)
);
CREATE INDEX abis_member_by_reference ON abis_member (reference);

-- Operations that were asked for to be done later. Their queue is the table job.
CREATE TABLE abis_task (
    task BYTEA NOT NULL PRIMARY KEY CHECK (length(task) = 16), -- id; fixed
    number BIGINT NOT NULL UNIQUE,      -- place in the order of submissions; fixed
    kind TEXT NOT NULL,                  -- which operation; fixed
    is_change BIGINT NOT NULL,          -- 1 where it changes who is enrolled, else 0; fixed
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')), -- changes once
    request_sealed BYTEA,                 -- sealed, class abis: the operation; emptied once it ended
    answer_sealed BYTEA,                  -- sealed, class abis: its answer; set once
    sequence BIGINT,                    -- place of its change; set once
    error_code TEXT,                     -- stable code of why it failed; set once
    callback_sealed BYTEA,                -- sealed, class abis: whom to tell; fixed
    delivery TEXT NOT NULL CHECK (delivery IN ('none', 'due', 'delivered', 'given_up')), -- whether they were told; changes
    submitted_at BIGINT NOT NULL,       -- time; fixed
    ended_at BIGINT                     -- time; set once
);
CREATE INDEX abis_task_waiting ON abis_task (number) WHERE state = 'waiting';
CREATE INDEX abis_task_by_sequence ON abis_task (number, sequence) WHERE sequence IS NOT NULL;
CREATE INDEX abis_task_by_age ON abis_task (ended_at) WHERE ended_at IS NOT NULL;

-- Who may ask.
CREATE TABLE abis_client (
    client BYTEA NOT NULL PRIMARY KEY CHECK (length(client) = 16), -- id; fixed
    label TEXT NOT NULL,                 -- what the operator calls it; fixed
    secret_hash BYTEA NOT NULL CHECK (length(secret_hash) = 32), -- SHA-256 of a random secret; fixed
    scopes TEXT NOT NULL,                -- scopes that it may be given, words set apart by blanks; fixed
    status TEXT NOT NULL CHECK (status IN ('active', 'revoked')), -- changes once
    created_at BIGINT NOT NULL          -- time; fixed
);

-- Access tokens of those clients. Kept for a while past their end, so that a late one is told so.
CREATE TABLE abis_token (
    token_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32), -- SHA-256 of a random token; fixed
    client BYTEA NOT NULL REFERENCES abis_client (client), -- who holds it; fixed
    scopes TEXT NOT NULL,                -- what it allows, words set apart by blanks; fixed
    expires_at BIGINT NOT NULL          -- time; fixed
);
CREATE INDEX abis_token_by_age ON abis_token (expires_at);
