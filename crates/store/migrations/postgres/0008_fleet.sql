-- The fleet of registration kits. Words as in the first migration.

-- Kits as the centre manages them. A kit that is registered and not enrolled has no row in kit.
CREATE TABLE fleet_kit (
    kit BYTEA NOT NULL PRIMARY KEY CHECK (length(kit) = 16), -- id; fixed
    serial TEXT NOT NULL UNIQUE,         -- serial number of the device; fixed
    custodian BYTEA REFERENCES officer (officer), -- who answers for it; changes
    place TEXT,                          -- code of the area where it works; changes
    campaign TEXT,                       -- code of the campaign it works for, empty without one; changes
    state_name TEXT NOT NULL,            -- name of the state; changes with state
    state TEXT NOT NULL,                 -- JSON of the state; changes
    since BIGINT NOT NULL,              -- time the state began; changes with state
    code_token BYTEA UNIQUE,              -- blind: one-time code of its enrolment; changes
    certificate_version BIGINT NOT NULL, -- certificates made for it; grows
    places_filled BIGINT NOT NULL,      -- places of its chain for which a packet came; grows
    last_packet_at BIGINT,              -- time the last packet came; grows
    registered_at BIGINT NOT NULL       -- time; fixed
);
CREATE INDEX fleet_kit_by_state ON fleet_kit (state_name, since);

-- Who works with a kit. Rows stay after their end.
CREATE TABLE kit_officer (
    kit BYTEA NOT NULL REFERENCES fleet_kit (kit), -- which; fixed
    officer BYTEA NOT NULL REFERENCES officer (officer), -- who; fixed
    supervisor BIGINT NOT NULL CHECK (supervisor IN (0, 1)), -- may close the day; fixed
    signing_key BYTEA,                    -- Ed25519 public key that the kit made for this officer; set once
    since BIGINT NOT NULL,              -- time it begins; fixed
    until BIGINT,                       -- time it ended; set once
    PRIMARY KEY (kit, officer)
);

-- What a kit told of itself at its last contact.
CREATE TABLE kit_contact (
    kit BYTEA NOT NULL PRIMARY KEY REFERENCES fleet_kit (kit), -- which; fixed
    at BIGINT NOT NULL,                 -- time; grows
    software TEXT NOT NULL,              -- version of its software; changes
    country_pack TEXT NOT NULL,          -- version of its country pack; changes
    clock BIGINT NOT NULL,              -- time by its own clock; changes
    chain_place BIGINT NOT NULL,        -- place of the last packet it closed; changes
    waiting BIGINT NOT NULL,            -- packets it has still to send; changes
    drafts BIGINT NOT NULL,             -- encounters not closed yet; changes
    battery_percent BIGINT,             -- charge, 0 to 100, empty without a battery; changes
    free_bytes BIGINT NOT NULL          -- room on its disk; changes
);

-- Why somebody must look at a kit.
CREATE TABLE kit_alarm (
    alarm BYTEA NOT NULL PRIMARY KEY CHECK (length(alarm) = 16), -- id; fixed
    kit BYTEA NOT NULL REFERENCES fleet_kit (kit), -- which; fixed
    kind TEXT NOT NULL,                  -- name of the alarm; fixed
    raised_at BIGINT NOT NULL,          -- time it was raised first; fixed
    last_at BIGINT NOT NULL,            -- time it was raised last; grows
    times BIGINT NOT NULL,              -- how often; grows
    settled_at BIGINT,                  -- time somebody had looked; set once
    settled_by BYTEA,                     -- who; set with settled_at
    note TEXT                            -- what was found; set with settled_at
);
CREATE UNIQUE INDEX kit_alarm_open ON kit_alarm (kit, kind) WHERE settled_at IS NULL;

-- What people decided about packets of kits that were no longer believed.
CREATE TABLE packet_decision (
    packet BYTEA NOT NULL PRIMARY KEY REFERENCES packet (packet), -- which; fixed
    code TEXT NOT NULL,                  -- code under which it waited; fixed
    decision TEXT NOT NULL,              -- name of the decision; fixed
    decided_at BIGINT NOT NULL,         -- time; fixed
    decided_by BYTEA NOT NULL REFERENCES officer (officer), -- who; fixed
    note TEXT NOT NULL                   -- why; fixed
);

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
