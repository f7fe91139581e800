-- Which person an officer is, so that the officer's own finger is recognised in a capture.

CREATE TABLE officer_person (
    officer BYTEA NOT NULL PRIMARY KEY REFERENCES officer (officer), -- who; fixed
    application BYTEA NOT NULL CHECK (length(application) = 16) -- the officer's own application; changes
);
