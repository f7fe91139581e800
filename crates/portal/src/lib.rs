//! Residents: own record, state of the application, who looked.
