-- The kit's certificate and the list of capture devices, as the centre signed them last.
CREATE TABLE certificate (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL, -- of the certificate; never falls
    note     TEXT    NOT NULL, -- the certificate as a signed note
    devices  TEXT              -- the signed list of devices, where the centre has one
) STRICT;
