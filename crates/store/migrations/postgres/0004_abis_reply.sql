-- Replies to requests that a broker may send twice. Words as in the first migration.

CREATE TABLE abis_reply (
    request BYTEA NOT NULL PRIMARY KEY CHECK (length(request) = 16), -- blind: hash of the request's bytes; fixed
    reply_sealed BYTEA,                    -- sealed, class abis: what was answered; set once, empty while it runs
    noted_at BIGINT NOT NULL              -- time; fixed
);
CREATE INDEX abis_reply_by_age ON abis_reply (noted_at);
