-- Accounts of staff. Words as in the first migration.

-- How a member of staff signs in. Whoever has no row here acts by key alone.
CREATE TABLE staff_account (
    officer BLOB NOT NULL PRIMARY KEY REFERENCES officer (officer), -- whose; fixed
    user_name_token BLOB NOT NULL UNIQUE CHECK (length(user_name_token) = 16), -- blind: user name; fixed
    identity_sealed BLOB NOT NULL,       -- sealed, class staff: JSON of user name and name; fixed
    password_hash TEXT,                  -- Argon2id in PHC form; empty without a password; changes
    totp_sealed BLOB,                    -- sealed, class staff: secret of the codes (RFC 6238); changes with secret_version
    secret_version INTEGER NOT NULL,     -- times the secret was set, from 0; grows
    totp_step INTEGER NOT NULL,          -- the last time step whose code was used; grows
    created_at INTEGER NOT NULL          -- time; fixed
) STRICT;

-- Roles that staff hold, where and when. Rows stay after their end.
CREATE TABLE staff_duty (
    duty BLOB NOT NULL PRIMARY KEY CHECK (length(duty) = 16), -- id; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- whose; fixed
    role TEXT NOT NULL,                  -- name of the role; fixed
    place TEXT,                          -- code of area or centre, empty for everywhere; fixed
    since INTEGER NOT NULL,              -- time it begins; fixed
    until INTEGER NOT NULL,              -- time it ends; fixed
    asked_by BLOB,                       -- the administrator who asked; empty from the command line; fixed
    approved_by BLOB,                    -- the second one; empty from the command line; fixed
    withdrawn_at INTEGER,                -- time it was taken away; set once
    withdrawn_by BLOB                    -- who took it away; empty from the command line; set once
) STRICT;
CREATE INDEX staff_duty_by_officer ON staff_duty (officer, since);

-- Changes of staff that need a second administrator.
CREATE TABLE staff_request (
    request BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16), -- id; fixed
    kind TEXT NOT NULL CHECK (kind IN ('duty', 'recovery')), -- fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- whom it concerns; fixed
    proposal TEXT,                       -- JSON of the duty asked for; empty for a recovery; fixed
    asked_by BLOB NOT NULL REFERENCES officer (officer), -- who asked; fixed
    asked_at INTEGER NOT NULL,           -- time; fixed
    outcome TEXT CHECK (outcome IN ('approved', 'refused')), -- set once
    decided_by BLOB,                     -- who decided; set with outcome
    decided_at INTEGER                   -- time; set with outcome
) STRICT;
CREATE INDEX staff_request_open ON staff_request (outcome, asked_at);

-- Links by which an account is set up, once.
CREATE TABLE staff_invitation (
    token BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 16), -- blind: the link's token; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- whose; fixed
    expires_at INTEGER NOT NULL,         -- time; fixed
    used_at INTEGER                      -- time it was used or replaced; set once
) STRICT;
CREATE INDEX staff_invitation_by_officer ON staff_invitation (officer);

-- Passkeys (WebAuthn credentials).
CREATE TABLE staff_passkey (
    passkey BLOB NOT NULL PRIMARY KEY CHECK (length(passkey) = 32), -- SHA-256 of the credential id; fixed
    credential_id BLOB NOT NULL,         -- as the authenticator names it; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- whose; fixed
    public_key BLOB NOT NULL,            -- COSE key (RFC 9052); fixed
    sign_count INTEGER NOT NULL,         -- the authenticator's counter; grows
    device TEXT NOT NULL,                -- kind of browser and system; fixed
    added_at INTEGER NOT NULL,           -- time; fixed
    used_at INTEGER                      -- time of the last sign-in with it; grows
) STRICT;
CREATE INDEX staff_passkey_by_officer ON staff_passkey (officer);

-- Sessions of staff; kept for a while after their end, for the list of devices.
CREATE TABLE staff_session (
    session BLOB NOT NULL PRIMARY KEY CHECK (length(session) = 16), -- id, no key to anything; fixed
    token BLOB NOT NULL UNIQUE CHECK (length(token) = 16), -- blind: the cookie's token; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- whose; fixed
    device TEXT NOT NULL,                -- kind of browser and system; fixed
    means TEXT NOT NULL CHECK (means IN ('passkey', 'password')), -- how it was begun; fixed
    began_at INTEGER NOT NULL,           -- time; fixed
    used_at INTEGER NOT NULL,            -- time of the last request, to the minute; grows
    ended_at INTEGER                     -- time it was signed out; set once
) STRICT;
CREATE INDEX staff_session_by_officer ON staff_session (officer, used_at);
CREATE INDEX staff_session_by_age ON staff_session (used_at);

-- Failed tries to sign in, by user name (known or not) and by address.
CREATE TABLE staff_failure (
    subject BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16), -- blind: user name or address; fixed
    failures INTEGER NOT NULL,           -- in a row; changes
    last_at INTEGER NOT NULL             -- time of the last one; grows
) STRICT;
CREATE INDEX staff_failure_by_age ON staff_failure (last_at);

-- Challenges of passkeys that were answered, so that no answer counts twice.
CREATE TABLE staff_challenge (
    challenge BLOB NOT NULL PRIMARY KEY CHECK (length(challenge) = 16), -- blind: the challenge; fixed
    spent_at INTEGER NOT NULL            -- time; fixed
) STRICT;
CREATE INDEX staff_challenge_by_age ON staff_challenge (spent_at);

-- Forms that were posted after the session had ended, until they are sent again.
CREATE TABLE staff_draft (
    draft BLOB NOT NULL PRIMARY KEY CHECK (length(draft) = 16), -- blind: the cookie's token; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- who posted it; fixed
    body_sealed BLOB NOT NULL,           -- sealed, class staff: path and fields; fixed
    kept_at INTEGER NOT NULL             -- time; fixed
) STRICT;
CREATE INDEX staff_draft_by_age ON staff_draft (kept_at);

-- Roles given before duties had an end hold for one more year, everywhere.
INSERT INTO staff_duty (duty, officer, role, place, since, until)
    SELECT randomblob(16), officer.officer, held.value, NULL, 0,
        (CAST(strftime('%s', 'now') AS INTEGER) + 31536000) * 1000
    FROM officer, json_each(officer.roles) AS held;
