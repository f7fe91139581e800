-- What may come to the centre once: a capture that a device signed, and a form that a resident brings. A second packet
-- with the same is a copy of the first, or another person's use of it.

CREATE TABLE seen_once (
    kind TEXT NOT NULL CHECK (kind IN ('capture', 'form')), -- of what; fixed
    token BYTEA NOT NULL CHECK (length(token) = 16), -- keyed hash of its digest or reference; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- whose packet came first; fixed
    PRIMARY KEY (kind, token)
);
CREATE INDEX seen_once_application ON seen_once (application);

-- Applications whose form came before with another's: people look at both.
CREATE TABLE form_again (
    application BYTEA NOT NULL PRIMARY KEY REFERENCES application (application), -- the later; fixed
    earlier BYTEA NOT NULL REFERENCES application (application) -- whose packet came first; fixed
);
