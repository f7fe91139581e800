-- The fleet of registration kits. Words as in the first migration.

-- Kits as the centre manages them. A kit that is registered and not enrolled has no row in kit.
CREATE TABLE fleet_kit (
    kit BLOB NOT NULL PRIMARY KEY CHECK (length(kit) = 16), -- id; fixed
    serial TEXT NOT NULL UNIQUE,         -- serial number of the device; fixed
    custodian BLOB REFERENCES officer (officer), -- who answers for it; changes
    place TEXT,                          -- code of the area where it works; changes
    campaign TEXT,                       -- code of the campaign it works for, empty without one; changes
    state_name TEXT NOT NULL,            -- name of the state; changes with state
    state TEXT NOT NULL,                 -- JSON of the state; changes
    since INTEGER NOT NULL,              -- time the state began; changes with state
    code_token BLOB UNIQUE,              -- blind: one-time code of its enrolment; changes
    certificate_version INTEGER NOT NULL, -- certificates made for it; grows
    places_filled INTEGER NOT NULL,      -- places of its chain for which a packet came; grows
    last_packet_at INTEGER,              -- time the last packet came; grows
    registered_at INTEGER NOT NULL       -- time; fixed
) STRICT;
CREATE INDEX fleet_kit_by_state ON fleet_kit (state_name, since);

-- Who works with a kit. Rows stay after their end.
CREATE TABLE kit_officer (
    kit BLOB NOT NULL REFERENCES fleet_kit (kit), -- which; fixed
    officer BLOB NOT NULL REFERENCES officer (officer), -- who; fixed
    supervisor INTEGER NOT NULL CHECK (supervisor IN (0, 1)), -- may close the day; fixed
    signing_key BLOB,                    -- Ed25519 public key that the kit made for this officer; set once
    since INTEGER NOT NULL,              -- time it begins; fixed
    until INTEGER,                       -- time it ended; set once
    PRIMARY KEY (kit, officer)
) STRICT;

-- What a kit told of itself at its last contact.
CREATE TABLE kit_contact (
    kit BLOB NOT NULL PRIMARY KEY REFERENCES fleet_kit (kit), -- which; fixed
    at INTEGER NOT NULL,                 -- time; grows
    software TEXT NOT NULL,              -- version of its software; changes
    country_pack TEXT NOT NULL,          -- version of its country pack; changes
    clock INTEGER NOT NULL,              -- time by its own clock; changes
    chain_place INTEGER NOT NULL,        -- place of the last packet it closed; changes
    waiting INTEGER NOT NULL,            -- packets it has still to send; changes
    drafts INTEGER NOT NULL,             -- encounters not closed yet; changes
    battery_percent INTEGER,             -- charge, 0 to 100, empty without a battery; changes
    free_bytes INTEGER NOT NULL          -- room on its disk; changes
) STRICT;

-- Why somebody must look at a kit.
CREATE TABLE kit_alarm (
    alarm BLOB NOT NULL PRIMARY KEY CHECK (length(alarm) = 16), -- id; fixed
    kit BLOB NOT NULL REFERENCES fleet_kit (kit), -- which; fixed
    kind TEXT NOT NULL,                  -- name of the alarm; fixed
    raised_at INTEGER NOT NULL,          -- time it was raised first; fixed
    last_at INTEGER NOT NULL,            -- time it was raised last; grows
    times INTEGER NOT NULL,              -- how often; grows
    settled_at INTEGER,                  -- time somebody had looked; set once
    settled_by BLOB,                     -- who; set with settled_at
    note TEXT                            -- what was found; set with settled_at
) STRICT;
CREATE UNIQUE INDEX kit_alarm_open ON kit_alarm (kit, kind) WHERE settled_at IS NULL;

-- What people decided about packets of kits that were no longer believed.
CREATE TABLE packet_decision (
    packet BLOB NOT NULL PRIMARY KEY REFERENCES packet (packet), -- which; fixed
    code TEXT NOT NULL,                  -- code under which it waited; fixed
    decision TEXT NOT NULL,              -- name of the decision; fixed
    decided_at INTEGER NOT NULL,         -- time; fixed
    decided_by BLOB NOT NULL REFERENCES officer (officer), -- who; fixed
    note TEXT NOT NULL                   -- why; fixed
) STRICT;

-- Kits enrolled before there was a fleet.
INSERT INTO fleet_kit (kit, serial, place, state_name, state, since, certificate_version,
        places_filled, last_packet_at, registered_at)
    SELECT kit, serial, sublocation, status,
        CASE status WHEN 'active' THEN '{"state":"active","until":null}'
            ELSE '{"state":"revoked","since":"1970-01-01T00:00:00Z","why":"misused","hand_in_until":null}' END,
        enrolled_at, 0,
        (SELECT COUNT(DISTINCT kit_sequence) FROM packet WHERE packet.kit = kit.kit
            AND (quarantine IS NULL OR quarantine NOT LIKE 'chain.%') AND kit_sequence > 0),
        (SELECT MAX(received_at) FROM packet WHERE packet.kit = kit.kit),
        enrolled_at
    FROM kit;
