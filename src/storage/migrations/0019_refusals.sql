-- What was refused or failed lately, among all that went well.
CREATE INDEX audit_log_refused ON audit_log (at, id) WHERE NOT success;
