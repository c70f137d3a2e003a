"""The statements of the store, as each database reads them. Written by `python -m wayhome.store.declared`."""

from wayhome.store.sql import Statement

ASKED = ("phase", "status", "owner_tag", "reference_tag")
COUNTED_BY = ("phase", "status", "host_country", "origin_country", "organisation")
POSITION = ("generation", "epoch", "n")
# Of each table its columns, and of its key; and how a new file is made.
TABLES = {
    "wh_blobs": ("number", "seq", "retention", "commitment", "sealed"),
    "wh_cases": (
        "number",
        "uuid",
        "label",
        "version",
        "host_country",
        "origin_country",
        "organisation",
        "phase",
        "status",
        "opened_on",
        "digest",
        "owner_tag",
        "reference_tag",
        "head",
        "state",
        "identity",
        "health",
    ),
    "wh_command_keys": ("tag", "sealed"),
    "wh_entries": ("kind", "tag", "sealed"),
    "wh_generations": ("generation",),
    "wh_keys": ("number", "retention", "master", "wrapped"),
    "wh_ledger": (
        "number",
        "seq",
        "format",
        "recorded_on",
        "digest",
        "body",
        "hash",
        "generation",
        "epoch",
        "n",
        "signature",
        "signed_by",
    ),
    "wh_master_keys": ("id", "check_value"),
    "wh_processes": ("digest", "canonical", "labels"),
}
KEYS = {
    "wh_blobs": ("number", "seq", "retention"),
    "wh_cases": ("number",),
    "wh_command_keys": ("tag",),
    "wh_entries": ("kind", "tag"),
    "wh_generations": ("generation",),
    "wh_keys": ("number", "retention"),
    "wh_ledger": ("number", "seq"),
    "wh_master_keys": ("id",),
    "wh_processes": ("digest",),
}
NEW_FILE = (
    "CREATE TABLE wh_blobs ( number VARCHAR NOT NULL, seq INTEGER NOT NULL, retention VARCHAR NOT NULL, commitment BLOB NOT NULL, sealed BLOB, PRIMARY KEY (number, seq, retention) )",
    "CREATE TABLE wh_cases ( number VARCHAR NOT NULL, uuid VARCHAR NOT NULL, label VARCHAR NOT NULL, version INTEGER NOT NULL, host_country VARCHAR NOT NULL, origin_country VARCHAR NOT NULL, organisation VARCHAR NOT NULL, phase VARCHAR NOT NULL, status VARCHAR NOT NULL, opened_on VARCHAR NOT NULL, digest VARCHAR NOT NULL, owner_tag VARCHAR, reference_tag VARCHAR, head BLOB NOT NULL, state BLOB NOT NULL, identity BLOB, health BLOB, PRIMARY KEY (number), UNIQUE (uuid) )",
    "CREATE INDEX ix_wh_cases_label ON wh_cases (label)",
    "CREATE INDEX ix_wh_cases_opened_on ON wh_cases (opened_on, number)",
    "CREATE INDEX ix_wh_cases_owner_tag ON wh_cases (owner_tag)",
    "CREATE INDEX ix_wh_cases_phase ON wh_cases (phase)",
    "CREATE INDEX ix_wh_cases_reference_tag ON wh_cases (reference_tag)",
    "CREATE TABLE wh_command_keys ( tag VARCHAR NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (tag) )",
    "CREATE TABLE wh_entries ( kind VARCHAR NOT NULL, tag VARCHAR NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (kind, tag) )",
    "CREATE TABLE wh_generations ( generation INTEGER NOT NULL, PRIMARY KEY (generation) )",
    "CREATE TABLE wh_keys ( number VARCHAR NOT NULL, retention VARCHAR NOT NULL, master VARCHAR NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (number, retention) )",
    "CREATE TABLE wh_ledger ( number VARCHAR NOT NULL, seq INTEGER NOT NULL, format INTEGER NOT NULL, recorded_on VARCHAR NOT NULL, digest VARCHAR NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, generation INTEGER NOT NULL, epoch BIGINT NOT NULL, n BIGINT NOT NULL, signature BLOB, signed_by VARCHAR, PRIMARY KEY (number, seq) )",
    "CREATE INDEX ix_wh_ledger_first ON wh_ledger (number) WHERE seq = 1",
    "CREATE UNIQUE INDEX ix_wh_ledger_position ON wh_ledger (generation, epoch, n)",
    "CREATE TABLE wh_master_keys ( id VARCHAR NOT NULL, check_value BLOB NOT NULL, PRIMARY KEY (id) )",
    "CREATE TABLE wh_processes ( digest VARCHAR NOT NULL, canonical BLOB NOT NULL, labels BLOB NOT NULL, PRIMARY KEY (digest) )",
)
CASE_COLUMNS, LEDGER_COLUMNS = TABLES["wh_cases"], TABLES["wh_ledger"]
LOAD = Statement(
    ("register", "of_kind", "number"),
    sqlite='SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, newest.hash, "after".seq, (SELECT register.sealed FROM wh_entries AS register WHERE register.kind = ? AND register.tag = ?) AS anon_1 FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 WHERE wh_cases.number = ?',
    postgresql="SELECT wayhome_schema.wh_cases.number, wayhome_schema.wh_cases.uuid, wayhome_schema.wh_cases.label, wayhome_schema.wh_cases.version, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.digest, wayhome_schema.wh_cases.owner_tag, wayhome_schema.wh_cases.reference_tag, wayhome_schema.wh_cases.head, wayhome_schema.wh_cases.state, wayhome_schema.wh_cases.identity, wayhome_schema.wh_cases.health, newest.hash, after.seq, (SELECT register.sealed FROM wayhome_schema.wh_entries AS register WHERE register.kind = %s::VARCHAR AND register.tag = %s::VARCHAR) AS anon_1 FROM wayhome_schema.wh_cases LEFT OUTER JOIN wayhome_schema.wh_ledger AS newest ON newest.number = wayhome_schema.wh_cases.number AND newest.seq = wayhome_schema.wh_cases.version LEFT OUTER JOIN wayhome_schema.wh_ledger AS after ON after.number = wayhome_schema.wh_cases.number AND after.seq = wayhome_schema.wh_cases.version + 1 WHERE wayhome_schema.wh_cases.number = %s::VARCHAR",
)
OPEN_CASE = Statement(
    (
        "number",
        "uuid",
        "label",
        "version",
        "host_country",
        "origin_country",
        "organisation",
        "phase",
        "status",
        "opened_on",
        "digest",
        "owner_tag",
        "reference_tag",
        "head",
        "state",
        "identity",
        "health",
    ),
    sqlite="INSERT INTO wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s, %s, %s, %s)",
)
SAVE_CASE = Statement(
    (
        "new_label",
        "new_version",
        "new_host_country",
        "new_origin_country",
        "new_organisation",
        "new_phase",
        "new_status",
        "new_opened_on",
        "new_digest",
        "new_owner_tag",
        "new_reference_tag",
        "new_head",
        "new_state",
        "new_identity",
        "new_health",
        "of_case",
    ),
    sqlite="UPDATE wh_cases SET label=?, version=?, host_country=?, origin_country=?, organisation=?, phase=?, status=?, opened_on=?, digest=?, owner_tag=?, reference_tag=?, head=?, state=?, identity=?, health=? WHERE wh_cases.number = ?",
    postgresql="UPDATE wayhome_schema.wh_cases SET label=%s::VARCHAR, version=%s::INTEGER, host_country=%s::VARCHAR, origin_country=%s::VARCHAR, organisation=%s::VARCHAR, phase=%s::VARCHAR, status=%s::VARCHAR, opened_on=%s::VARCHAR, digest=%s::VARCHAR, owner_tag=%s::VARCHAR, reference_tag=%s::VARCHAR, head=%s, state=%s, identity=%s, health=%s WHERE wayhome_schema.wh_cases.number = %s::VARCHAR",
)
CASES = Statement(
    (
        "after_day",
        "after_number",
        "phase_asked",
        "phase_asked",
        "status_asked",
        "status_asked",
        "owner_tag_asked",
        "owner_tag_asked",
        "reference_tag_asked",
        "reference_tag_asked",
        "most",
    ),
    sqlite='SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, newest.hash, "after".seq, wh_keys.wrapped, wh_keys.master, wh_master_keys.check_value FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 LEFT OUTER JOIN wh_keys ON wh_keys.number = wh_cases.number AND wh_keys.retention = \'case\' LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE (wh_cases.opened_on, wh_cases.number) > (?, ?) AND (? IS NULL OR wh_cases.phase = ?) AND (? IS NULL OR wh_cases.status = ?) AND (? IS NULL OR wh_cases.owner_tag = ?) AND (? IS NULL OR wh_cases.reference_tag = ?) ORDER BY wh_cases.opened_on, wh_cases.number LIMIT ? OFFSET 0',
    postgresql="SELECT wayhome_schema.wh_cases.number, wayhome_schema.wh_cases.uuid, wayhome_schema.wh_cases.label, wayhome_schema.wh_cases.version, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.digest, wayhome_schema.wh_cases.owner_tag, wayhome_schema.wh_cases.reference_tag, wayhome_schema.wh_cases.head, wayhome_schema.wh_cases.state, wayhome_schema.wh_cases.identity, wayhome_schema.wh_cases.health, newest.hash, after.seq, wayhome_schema.wh_keys.wrapped, wayhome_schema.wh_keys.master, wayhome_schema.wh_master_keys.check_value FROM wayhome_schema.wh_cases LEFT OUTER JOIN wayhome_schema.wh_ledger AS newest ON newest.number = wayhome_schema.wh_cases.number AND newest.seq = wayhome_schema.wh_cases.version LEFT OUTER JOIN wayhome_schema.wh_ledger AS after ON after.number = wayhome_schema.wh_cases.number AND after.seq = wayhome_schema.wh_cases.version + 1 LEFT OUTER JOIN wayhome_schema.wh_keys ON wayhome_schema.wh_keys.number = wayhome_schema.wh_cases.number AND wayhome_schema.wh_keys.retention = 'case' LEFT OUTER JOIN wayhome_schema.wh_master_keys ON wayhome_schema.wh_master_keys.id = wayhome_schema.wh_keys.master WHERE (wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.number) > (%s::VARCHAR, %s::VARCHAR) AND (%s::VARCHAR IS NULL OR wayhome_schema.wh_cases.phase = %s::VARCHAR) AND (%s::VARCHAR IS NULL OR wayhome_schema.wh_cases.status = %s::VARCHAR) AND (%s::VARCHAR IS NULL OR wayhome_schema.wh_cases.owner_tag = %s::VARCHAR) AND (%s::VARCHAR IS NULL OR wayhome_schema.wh_cases.reference_tag = %s::VARCHAR) ORDER BY wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.number LIMIT %s::BIGINT OFFSET 0",
)
LISTED_CASE = Statement(
    ("number",),
    sqlite='SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, newest.hash, "after".seq, wh_keys.wrapped, wh_keys.master, wh_master_keys.check_value FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 LEFT OUTER JOIN wh_keys ON wh_keys.number = wh_cases.number AND wh_keys.retention = \'case\' LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE wh_cases.number = ?',
    postgresql="SELECT wayhome_schema.wh_cases.number, wayhome_schema.wh_cases.uuid, wayhome_schema.wh_cases.label, wayhome_schema.wh_cases.version, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.digest, wayhome_schema.wh_cases.owner_tag, wayhome_schema.wh_cases.reference_tag, wayhome_schema.wh_cases.head, wayhome_schema.wh_cases.state, wayhome_schema.wh_cases.identity, wayhome_schema.wh_cases.health, newest.hash, after.seq, wayhome_schema.wh_keys.wrapped, wayhome_schema.wh_keys.master, wayhome_schema.wh_master_keys.check_value FROM wayhome_schema.wh_cases LEFT OUTER JOIN wayhome_schema.wh_ledger AS newest ON newest.number = wayhome_schema.wh_cases.number AND newest.seq = wayhome_schema.wh_cases.version LEFT OUTER JOIN wayhome_schema.wh_ledger AS after ON after.number = wayhome_schema.wh_cases.number AND after.seq = wayhome_schema.wh_cases.version + 1 LEFT OUTER JOIN wayhome_schema.wh_keys ON wayhome_schema.wh_keys.number = wayhome_schema.wh_cases.number AND wayhome_schema.wh_keys.retention = 'case' LEFT OUTER JOIN wayhome_schema.wh_master_keys ON wayhome_schema.wh_master_keys.id = wayhome_schema.wh_keys.master WHERE wayhome_schema.wh_cases.number = %s::VARCHAR",
)
COUNTS = Statement(
    (),
    sqlite="SELECT wh_cases.phase, wh_cases.status, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, count(*) AS count_1 FROM wh_cases GROUP BY wh_cases.phase, wh_cases.status, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation ORDER BY wh_cases.phase, wh_cases.status, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation",
    postgresql="SELECT wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, count(*) AS count_1 FROM wayhome_schema.wh_cases GROUP BY wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation ORDER BY wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation",
)
OPENED_ON = Statement(
    ("number",),
    sqlite="SELECT wh_cases.opened_on FROM wh_cases WHERE wh_cases.number = ?",
    postgresql="SELECT wayhome_schema.wh_cases.opened_on FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.number = %s::VARCHAR",
)
LABELLED = Statement(
    ("said",),
    sqlite="SELECT wh_cases.number FROM wh_cases WHERE wh_cases.label = ? ORDER BY wh_cases.number",
    postgresql="SELECT wayhome_schema.wh_cases.number FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.label = %s::VARCHAR ORDER BY wayhome_schema.wh_cases.number",
)
WITHOUT_ROW = Statement(
    (),
    sqlite="SELECT wh_ledger.number FROM wh_ledger WHERE wh_ledger.seq = 1 AND (wh_ledger.number NOT IN (SELECT wh_cases.number FROM wh_cases)) ORDER BY wh_ledger.number",
    postgresql="SELECT wayhome_schema.wh_ledger.number FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.seq = 1 AND (wayhome_schema.wh_ledger.number NOT IN (SELECT wayhome_schema.wh_cases.number FROM wayhome_schema.wh_cases)) ORDER BY wayhome_schema.wh_ledger.number",
)
ROW_OF = Statement(
    ("number",),
    sqlite="SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health FROM wh_cases WHERE wh_cases.number = ?",
    postgresql="SELECT wayhome_schema.wh_cases.number, wayhome_schema.wh_cases.uuid, wayhome_schema.wh_cases.label, wayhome_schema.wh_cases.version, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.digest, wayhome_schema.wh_cases.owner_tag, wayhome_schema.wh_cases.reference_tag, wayhome_schema.wh_cases.head, wayhome_schema.wh_cases.state, wayhome_schema.wh_cases.identity, wayhome_schema.wh_cases.health FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.number = %s::VARCHAR",
)
NUMBERS_OF_ROWS = Statement(
    ("after", "most"),
    sqlite="SELECT DISTINCT wh_cases.number FROM wh_cases WHERE wh_cases.number > ? ORDER BY wh_cases.number LIMIT ? OFFSET 0",
    postgresql="SELECT DISTINCT wayhome_schema.wh_cases.number FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.number > %s::VARCHAR ORDER BY wayhome_schema.wh_cases.number LIMIT %s OFFSET 0",
)
LOCK_CASE = Statement(
    ("number",),
    sqlite="SELECT wh_cases.number FROM wh_cases WHERE wh_cases.number = ?",
    postgresql="SELECT wayhome_schema.wh_cases.number FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.number = %s::VARCHAR FOR UPDATE",
)
APPEND = Statement(
    ("number", "seq", "format", "recorded_on", "digest", "body", "hash"),
    sqlite='INSERT INTO wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n) VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT max(wh_generations.generation) AS max_1 FROM wh_generations), 0, (coalesce((SELECT "before".n FROM wh_ledger AS "before" ORDER BY "before".generation DESC, "before".epoch DESC, "before".n DESC LIMIT 1 OFFSET 0), 0) + 1))',
    postgresql="INSERT INTO wayhome_schema.wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n) VALUES (%s::VARCHAR, %s::INTEGER, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s, %s, (SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations), greatest(CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT), (SELECT before.epoch FROM wayhome_schema.wh_ledger AS before WHERE before.number = %s::VARCHAR AND before.generation = (SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations) ORDER BY before.seq DESC LIMIT 1 OFFSET 0)), nextval('wayhome_schema.wh_positions'))",
    otherwise=("number", "seq", "format", "recorded_on", "digest", "body", "hash", "of_case"),
)
CHANGES = Statement(
    ("generation", "epoch", "n", "most"),
    sqlite="SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.number, wh_ledger.seq, wh_ledger.recorded_on FROM wh_ledger WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) > (?, ?, ?) ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0",
    postgresql="SELECT wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n, wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.seq, wayhome_schema.wh_ledger.recorded_on FROM wayhome_schema.wh_ledger WHERE (wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n) > (%s, %s, %s) AND (wayhome_schema.wh_ledger.generation < (SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations) OR wayhome_schema.wh_ledger.epoch < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)) ORDER BY wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n LIMIT %s OFFSET 0",
)
NEWEST_PAST = Statement(
    (),
    sqlite="SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n FROM wh_ledger WHERE 1 = 1 ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0",
    postgresql="SELECT wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.generation < (SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations) OR wayhome_schema.wh_ledger.epoch < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) ORDER BY wayhome_schema.wh_ledger.generation DESC, wayhome_schema.wh_ledger.epoch DESC, wayhome_schema.wh_ledger.n DESC LIMIT 1 OFFSET 0",
)
WRITTEN_SINCE = Statement(
    ("generation", "epoch", "n", "most"),
    sqlite="SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.number, 1 FROM wh_ledger WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) > (?, ?, ?) ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0",
    postgresql="SELECT wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n, wayhome_schema.wh_ledger.number, CASE WHEN (wayhome_schema.wh_ledger.generation < (SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations) OR wayhome_schema.wh_ledger.epoch < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)) THEN 1 ELSE 0 END AS anon_1 FROM wayhome_schema.wh_ledger WHERE (wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n) > (%s, %s, %s) ORDER BY wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n LIMIT %s OFFSET 0",
)
NEWEST_POSITION = Statement(
    (),
    sqlite="SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n FROM wh_ledger ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0",
    postgresql="SELECT wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n FROM wayhome_schema.wh_ledger ORDER BY wayhome_schema.wh_ledger.generation DESC, wayhome_schema.wh_ledger.epoch DESC, wayhome_schema.wh_ledger.n DESC LIMIT 1 OFFSET 0",
)
NEWEST_EVENT = Statement(
    (),
    sqlite="SELECT wh_ledger.number, wh_ledger.seq FROM wh_ledger ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0",
    postgresql="SELECT wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.seq FROM wayhome_schema.wh_ledger ORDER BY wayhome_schema.wh_ledger.generation DESC, wayhome_schema.wh_ledger.epoch DESC, wayhome_schema.wh_ledger.n DESC LIMIT 1 OFFSET 0",
)
GENERATION = Statement(
    (),
    sqlite="SELECT max(wh_generations.generation) AS max_1 FROM wh_generations",
    postgresql="SELECT max(wayhome_schema.wh_generations.generation) AS max_1 FROM wayhome_schema.wh_generations",
)
ALL_GENERATIONS = Statement(
    (),
    sqlite="SELECT wh_generations.generation FROM wh_generations ORDER BY wh_generations.generation",
    postgresql="SELECT wayhome_schema.wh_generations.generation FROM wayhome_schema.wh_generations ORDER BY wayhome_schema.wh_generations.generation",
)
COUNTED = Statement(
    (),
    sqlite="SELECT wh_ledger.generation, CASE WHEN (wh_ledger.epoch = 0) THEN 0 ELSE 1 END AS anon_1, count(*) AS count_1, min(wh_ledger.n) AS min_1, max(wh_ledger.n) AS max_1 FROM wh_ledger GROUP BY wh_ledger.generation, CASE WHEN (wh_ledger.epoch = 0) THEN 0 ELSE 1 END",
    postgresql="SELECT wayhome_schema.wh_ledger.generation, CASE WHEN (wayhome_schema.wh_ledger.epoch = 0) THEN 0 ELSE 1 END AS anon_1, count(*) AS count_1, min(wayhome_schema.wh_ledger.n) AS min_1, max(wayhome_schema.wh_ledger.n) AS max_1 FROM wayhome_schema.wh_ledger GROUP BY wayhome_schema.wh_ledger.generation, CASE WHEN (wayhome_schema.wh_ledger.epoch = 0) THEN 0 ELSE 1 END",
)
ADD_GENERATION = Statement(
    ("generation",),
    sqlite="INSERT INTO wh_generations (generation) VALUES (?)",
    postgresql="INSERT INTO wayhome_schema.wh_generations (generation) VALUES (%s::INTEGER)",
)
NEXT_WRITER = Statement(
    (),
    sqlite="SELECT 0",
    postgresql="SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT) AS pg_snapshot_xmax_1",
)
EVENTS = Statement(
    ("number", "first", "last"),
    sqlite="SELECT wh_ledger.number, wh_ledger.seq, wh_ledger.format, wh_ledger.recorded_on, wh_ledger.digest, wh_ledger.body, wh_ledger.hash, wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.signature, wh_ledger.signed_by FROM wh_ledger WHERE wh_ledger.number = ? AND wh_ledger.seq >= ? AND wh_ledger.seq <= ? ORDER BY wh_ledger.seq",
    postgresql="SELECT wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.seq, wayhome_schema.wh_ledger.format, wayhome_schema.wh_ledger.recorded_on, wayhome_schema.wh_ledger.digest, wayhome_schema.wh_ledger.body, wayhome_schema.wh_ledger.hash, wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n, wayhome_schema.wh_ledger.signature, wayhome_schema.wh_ledger.signed_by FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.number = %s::VARCHAR AND wayhome_schema.wh_ledger.seq >= %s::INTEGER AND wayhome_schema.wh_ledger.seq <= %s::INTEGER ORDER BY wayhome_schema.wh_ledger.seq",
)
NUMBERS_OF_EVENTS = Statement(
    ("after", "most"),
    sqlite="SELECT DISTINCT wh_ledger.number FROM wh_ledger WHERE wh_ledger.number > ? ORDER BY wh_ledger.number LIMIT ? OFFSET 0",
    postgresql="SELECT DISTINCT wayhome_schema.wh_ledger.number FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.number > %s::VARCHAR ORDER BY wayhome_schema.wh_ledger.number LIMIT %s OFFSET 0",
)
HAS_EVENTS = Statement(
    ("number",),
    sqlite="SELECT wh_ledger.seq FROM wh_ledger WHERE wh_ledger.number = ?",
    postgresql="SELECT wayhome_schema.wh_ledger.seq FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.number = %s::VARCHAR",
)
KEEP_BLOB = Statement(
    ("number", "seq", "retention", "commitment", "sealed"),
    sqlite="INSERT INTO wh_blobs (number, seq, retention, commitment, sealed) VALUES (?, ?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_blobs (number, seq, retention, commitment, sealed) VALUES (%s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s, %s)",
)
BLOBS = Statement(
    ("number",),
    sqlite="SELECT wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs WHERE wh_blobs.number = ?",
    postgresql="SELECT wayhome_schema.wh_blobs.seq, wayhome_schema.wh_blobs.retention, wayhome_schema.wh_blobs.commitment, wayhome_schema.wh_blobs.sealed FROM wayhome_schema.wh_blobs WHERE wayhome_schema.wh_blobs.number = %s::VARCHAR",
)
BLOBS_WITHIN = Statement(
    ("number", "first", "last"),
    sqlite="SELECT wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs WHERE wh_blobs.number = ? AND wh_blobs.seq >= ? AND wh_blobs.seq <= ?",
    postgresql="SELECT wayhome_schema.wh_blobs.seq, wayhome_schema.wh_blobs.retention, wayhome_schema.wh_blobs.commitment, wayhome_schema.wh_blobs.sealed FROM wayhome_schema.wh_blobs WHERE wayhome_schema.wh_blobs.number = %s::VARCHAR AND wayhome_schema.wh_blobs.seq >= %s::INTEGER AND wayhome_schema.wh_blobs.seq <= %s::INTEGER",
)
BLOBS_WITHOUT_EVENT = Statement(
    (),
    sqlite="SELECT DISTINCT wh_blobs.number FROM wh_blobs WHERE NOT (EXISTS (SELECT * FROM wh_ledger WHERE wh_ledger.number = wh_blobs.number AND wh_ledger.seq = wh_blobs.seq))",
    postgresql="SELECT DISTINCT wayhome_schema.wh_blobs.number FROM wayhome_schema.wh_blobs WHERE NOT (EXISTS (SELECT * FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.number = wayhome_schema.wh_blobs.number AND wayhome_schema.wh_ledger.seq = wayhome_schema.wh_blobs.seq))",
)
MASTERS = Statement(
    (),
    sqlite="SELECT wh_master_keys.id, wh_master_keys.check_value FROM wh_master_keys",
    postgresql="SELECT wayhome_schema.wh_master_keys.id, wayhome_schema.wh_master_keys.check_value FROM wayhome_schema.wh_master_keys",
)
ADD_MASTER = Statement(
    ("id", "check_value"),
    sqlite="INSERT INTO wh_master_keys (id, check_value) VALUES (?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_master_keys (id, check_value) VALUES (%s::VARCHAR, %s)",
)
KEY_OF = Statement(
    ("number", "retention"),
    sqlite="SELECT wh_keys.master, wh_master_keys.check_value, wh_keys.wrapped FROM wh_keys LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE wh_keys.number = ? AND wh_keys.retention = ?",
    postgresql="SELECT wayhome_schema.wh_keys.master, wayhome_schema.wh_master_keys.check_value, wayhome_schema.wh_keys.wrapped FROM wayhome_schema.wh_keys LEFT OUTER JOIN wayhome_schema.wh_master_keys ON wayhome_schema.wh_master_keys.id = wayhome_schema.wh_keys.master WHERE wayhome_schema.wh_keys.number = %s::VARCHAR AND wayhome_schema.wh_keys.retention = %s::VARCHAR",
)
ALL_KEYS = Statement(
    (),
    sqlite="SELECT wh_keys.number, wh_keys.retention, (SELECT max(wh_ledger.seq) AS max_1 FROM wh_ledger WHERE wh_ledger.number = wh_keys.number) AS anon_1 FROM wh_keys ORDER BY wh_keys.number, wh_keys.retention",
    postgresql="SELECT wayhome_schema.wh_keys.number, wayhome_schema.wh_keys.retention, (SELECT max(wayhome_schema.wh_ledger.seq) AS max_1 FROM wayhome_schema.wh_ledger WHERE wayhome_schema.wh_ledger.number = wayhome_schema.wh_keys.number) AS anon_1 FROM wayhome_schema.wh_keys ORDER BY wayhome_schema.wh_keys.number, wayhome_schema.wh_keys.retention",
)
ADD_KEY = Statement(
    ("number", "retention", "master", "wrapped"),
    sqlite="INSERT INTO wh_keys (number, retention, master, wrapped) VALUES (?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_keys (number, retention, master, wrapped) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s)",
)
COMMAND_KEY = Statement(
    ("tag",),
    sqlite="SELECT wh_command_keys.sealed FROM wh_command_keys WHERE wh_command_keys.tag = ?",
    postgresql="SELECT wayhome_schema.wh_command_keys.sealed FROM wayhome_schema.wh_command_keys WHERE wayhome_schema.wh_command_keys.tag = %s::VARCHAR",
)
ADD_COMMAND_KEY = Statement(
    ("tag", "sealed"),
    sqlite="INSERT INTO wh_command_keys (tag, sealed) VALUES (?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_command_keys (tag, sealed) VALUES (%s::VARCHAR, %s)",
)
ALL_COMMAND_KEYS = Statement(
    (),
    sqlite="SELECT wh_command_keys.tag, wh_command_keys.sealed FROM wh_command_keys",
    postgresql="SELECT wayhome_schema.wh_command_keys.tag, wayhome_schema.wh_command_keys.sealed FROM wayhome_schema.wh_command_keys",
)
PROCESS_OF = Statement(
    ("digest",),
    sqlite="SELECT wh_processes.canonical, wh_processes.labels FROM wh_processes WHERE wh_processes.digest = ?",
    postgresql="SELECT wayhome_schema.wh_processes.canonical, wayhome_schema.wh_processes.labels FROM wayhome_schema.wh_processes WHERE wayhome_schema.wh_processes.digest = %s::VARCHAR",
)
PUT_PROCESS = Statement(
    ("digest", "canonical", "labels"),
    sqlite="INSERT INTO wh_processes (digest, canonical, labels) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET labels = excluded.labels",
    postgresql="INSERT INTO wayhome_schema.wh_processes (digest, canonical, labels) VALUES (%s::VARCHAR, %s, %s) ON CONFLICT (digest) DO UPDATE SET labels = excluded.labels",
)
ALL_DIGESTS = Statement(
    (),
    sqlite="SELECT wh_processes.digest FROM wh_processes ORDER BY wh_processes.digest",
    postgresql="SELECT wayhome_schema.wh_processes.digest FROM wayhome_schema.wh_processes ORDER BY wayhome_schema.wh_processes.digest",
)
OPEN_UNDER = Statement(
    ("closed",),
    sqlite="SELECT wh_cases.digest, count(*) AS count_1 FROM wh_cases WHERE wh_cases.status != ? GROUP BY wh_cases.digest ORDER BY wh_cases.digest",
    postgresql="SELECT wayhome_schema.wh_cases.digest, count(*) AS count_1 FROM wayhome_schema.wh_cases WHERE wayhome_schema.wh_cases.status != %s::VARCHAR GROUP BY wayhome_schema.wh_cases.digest ORDER BY wayhome_schema.wh_cases.digest",
)
PUT_ENTRY = Statement(
    ("kind", "tag", "sealed"),
    sqlite="INSERT INTO wh_entries (kind, tag, sealed) VALUES (?, ?, ?) ON CONFLICT (kind, tag) DO UPDATE SET sealed = excluded.sealed",
    postgresql="INSERT INTO wayhome_schema.wh_entries (kind, tag, sealed) VALUES (%s::VARCHAR, %s::VARCHAR, %s) ON CONFLICT (kind, tag) DO UPDATE SET sealed = excluded.sealed",
)
ENTRY = Statement(
    ("kind", "tag"),
    sqlite="SELECT wh_entries.sealed FROM wh_entries WHERE wh_entries.kind = ? AND wh_entries.tag = ?",
    postgresql="SELECT wayhome_schema.wh_entries.sealed FROM wayhome_schema.wh_entries WHERE wayhome_schema.wh_entries.kind = %s::VARCHAR AND wayhome_schema.wh_entries.tag = %s::VARCHAR",
)
ENTRIES = Statement(
    ("kind", "register", "of_kind"),
    sqlite="SELECT register.sealed, wh_entries.tag, wh_entries.sealed AS entry FROM wh_entries AS register LEFT OUTER JOIN wh_entries ON wh_entries.kind = ? WHERE register.kind = ? AND register.tag = ?",
    postgresql="SELECT register.sealed, wayhome_schema.wh_entries.tag, wayhome_schema.wh_entries.sealed AS entry FROM wayhome_schema.wh_entries AS register LEFT OUTER JOIN wayhome_schema.wh_entries ON wayhome_schema.wh_entries.kind = %s::VARCHAR WHERE register.kind = %s::VARCHAR AND register.tag = %s::VARCHAR",
)
REGISTERED_PROCESSES = Statement(
    ("register", "of_kind"),
    sqlite="SELECT register.sealed, wh_processes.digest, wh_processes.labels FROM wh_entries AS register LEFT OUTER JOIN wh_processes ON 1 = 1 WHERE register.kind = ? AND register.tag = ?",
    postgresql="SELECT register.sealed, wayhome_schema.wh_processes.digest, wayhome_schema.wh_processes.labels FROM wayhome_schema.wh_entries AS register LEFT OUTER JOIN wayhome_schema.wh_processes ON true WHERE register.kind = %s::VARCHAR AND register.tag = %s::VARCHAR",
)
LOCK_ENTRY = Statement(
    ("kind", "tag"),
    sqlite="SELECT wh_entries.tag FROM wh_entries WHERE wh_entries.kind = ? AND wh_entries.tag = ?",
    postgresql="SELECT wayhome_schema.wh_entries.tag FROM wayhome_schema.wh_entries WHERE wayhome_schema.wh_entries.kind = %s::VARCHAR AND wayhome_schema.wh_entries.tag = %s::VARCHAR FOR UPDATE",
)
UNREGISTERED = Statement(
    ("kind",),
    sqlite="SELECT wh_entries.tag, wh_entries.sealed FROM wh_entries WHERE wh_entries.kind = ?",
    postgresql="SELECT wayhome_schema.wh_entries.tag, wayhome_schema.wh_entries.sealed FROM wayhome_schema.wh_entries WHERE wayhome_schema.wh_entries.kind = %s::VARCHAR",
)
ALL_KINDS = Statement(
    (),
    sqlite="SELECT DISTINCT wh_entries.kind FROM wh_entries",
    postgresql="SELECT DISTINCT wayhome_schema.wh_entries.kind FROM wayhome_schema.wh_entries",
)
WHOLE_CASES = Statement(
    (),
    sqlite="SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health FROM wh_cases ORDER BY wh_cases.number",
    postgresql="SELECT wayhome_schema.wh_cases.number, wayhome_schema.wh_cases.uuid, wayhome_schema.wh_cases.label, wayhome_schema.wh_cases.version, wayhome_schema.wh_cases.host_country, wayhome_schema.wh_cases.origin_country, wayhome_schema.wh_cases.organisation, wayhome_schema.wh_cases.phase, wayhome_schema.wh_cases.status, wayhome_schema.wh_cases.opened_on, wayhome_schema.wh_cases.digest, wayhome_schema.wh_cases.owner_tag, wayhome_schema.wh_cases.reference_tag, wayhome_schema.wh_cases.head, wayhome_schema.wh_cases.state, wayhome_schema.wh_cases.identity, wayhome_schema.wh_cases.health FROM wayhome_schema.wh_cases ORDER BY wayhome_schema.wh_cases.number",
)
PUT_BACK_CASES = Statement(
    (
        "number",
        "uuid",
        "label",
        "version",
        "host_country",
        "origin_country",
        "organisation",
        "phase",
        "status",
        "opened_on",
        "digest",
        "owner_tag",
        "reference_tag",
        "head",
        "state",
        "identity",
        "health",
    ),
    sqlite="INSERT INTO wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s, %s, %s, %s)",
)
WHOLE_LEDGER = Statement(
    (),
    sqlite="SELECT wh_ledger.number, wh_ledger.seq, wh_ledger.format, wh_ledger.recorded_on, wh_ledger.digest, wh_ledger.body, wh_ledger.hash, wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.signature, wh_ledger.signed_by FROM wh_ledger ORDER BY wh_ledger.number, wh_ledger.seq",
    postgresql="SELECT wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.seq, wayhome_schema.wh_ledger.format, wayhome_schema.wh_ledger.recorded_on, wayhome_schema.wh_ledger.digest, wayhome_schema.wh_ledger.body, wayhome_schema.wh_ledger.hash, wayhome_schema.wh_ledger.generation, wayhome_schema.wh_ledger.epoch, wayhome_schema.wh_ledger.n, wayhome_schema.wh_ledger.signature, wayhome_schema.wh_ledger.signed_by FROM wayhome_schema.wh_ledger ORDER BY wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.seq",
)
PUT_BACK_LEDGER = Statement(
    (
        "number",
        "seq",
        "format",
        "recorded_on",
        "digest",
        "body",
        "hash",
        "generation",
        "epoch",
        "n",
        "signature",
        "signed_by",
    ),
    sqlite="INSERT INTO wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n, signature, signed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n, signature, signed_by) VALUES (%s::VARCHAR, %s::INTEGER, %s::INTEGER, %s::VARCHAR, %s::VARCHAR, %s, %s, %s::INTEGER, %s::BIGINT, %s::BIGINT, %s, %s::VARCHAR)",
)
WHOLE_GENERATIONS = Statement(
    (),
    sqlite="SELECT wh_generations.generation FROM wh_generations ORDER BY wh_generations.generation",
    postgresql="SELECT wayhome_schema.wh_generations.generation FROM wayhome_schema.wh_generations ORDER BY wayhome_schema.wh_generations.generation",
)
PUT_BACK_GENERATIONS = Statement(
    ("generation",),
    sqlite="INSERT INTO wh_generations (generation) VALUES (?)",
    postgresql="INSERT INTO wayhome_schema.wh_generations (generation) VALUES (%s::INTEGER)",
)
WHOLE_BLOBS = Statement(
    (),
    sqlite="SELECT wh_blobs.number, wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs ORDER BY wh_blobs.number, wh_blobs.seq, wh_blobs.retention",
    postgresql="SELECT wayhome_schema.wh_blobs.number, wayhome_schema.wh_blobs.seq, wayhome_schema.wh_blobs.retention, wayhome_schema.wh_blobs.commitment, wayhome_schema.wh_blobs.sealed FROM wayhome_schema.wh_blobs ORDER BY wayhome_schema.wh_blobs.number, wayhome_schema.wh_blobs.seq, wayhome_schema.wh_blobs.retention",
)
PUT_BACK_BLOBS = Statement(
    ("number", "seq", "retention", "commitment", "sealed"),
    sqlite="INSERT INTO wh_blobs (number, seq, retention, commitment, sealed) VALUES (?, ?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_blobs (number, seq, retention, commitment, sealed) VALUES (%s::VARCHAR, %s::INTEGER, %s::VARCHAR, %s, %s)",
)
WHOLE_MASTER_KEYS = Statement(
    (),
    sqlite="SELECT wh_master_keys.id, wh_master_keys.check_value FROM wh_master_keys ORDER BY wh_master_keys.id",
    postgresql="SELECT wayhome_schema.wh_master_keys.id, wayhome_schema.wh_master_keys.check_value FROM wayhome_schema.wh_master_keys ORDER BY wayhome_schema.wh_master_keys.id",
)
PUT_BACK_MASTER_KEYS = Statement(
    ("id", "check_value"),
    sqlite="INSERT INTO wh_master_keys (id, check_value) VALUES (?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_master_keys (id, check_value) VALUES (%s::VARCHAR, %s)",
)
WHOLE_KEYS = Statement(
    (),
    sqlite="SELECT wh_keys.number, wh_keys.retention, wh_keys.master, wh_keys.wrapped FROM wh_keys ORDER BY wh_keys.number, wh_keys.retention",
    postgresql="SELECT wayhome_schema.wh_keys.number, wayhome_schema.wh_keys.retention, wayhome_schema.wh_keys.master, wayhome_schema.wh_keys.wrapped FROM wayhome_schema.wh_keys ORDER BY wayhome_schema.wh_keys.number, wayhome_schema.wh_keys.retention",
)
PUT_BACK_KEYS = Statement(
    ("number", "retention", "master", "wrapped"),
    sqlite="INSERT INTO wh_keys (number, retention, master, wrapped) VALUES (?, ?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_keys (number, retention, master, wrapped) VALUES (%s::VARCHAR, %s::VARCHAR, %s::VARCHAR, %s)",
)
WHOLE_PROCESSES = Statement(
    (),
    sqlite="SELECT wh_processes.digest, wh_processes.canonical, wh_processes.labels FROM wh_processes ORDER BY wh_processes.digest",
    postgresql="SELECT wayhome_schema.wh_processes.digest, wayhome_schema.wh_processes.canonical, wayhome_schema.wh_processes.labels FROM wayhome_schema.wh_processes ORDER BY wayhome_schema.wh_processes.digest",
)
PUT_BACK_PROCESSES = Statement(
    ("digest", "canonical", "labels"),
    sqlite="INSERT INTO wh_processes (digest, canonical, labels) VALUES (?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_processes (digest, canonical, labels) VALUES (%s::VARCHAR, %s, %s)",
)
WHOLE_COMMAND_KEYS = Statement(
    (),
    sqlite="SELECT wh_command_keys.tag, wh_command_keys.sealed FROM wh_command_keys ORDER BY wh_command_keys.tag",
    postgresql="SELECT wayhome_schema.wh_command_keys.tag, wayhome_schema.wh_command_keys.sealed FROM wayhome_schema.wh_command_keys ORDER BY wayhome_schema.wh_command_keys.tag",
)
PUT_BACK_COMMAND_KEYS = Statement(
    ("tag", "sealed"),
    sqlite="INSERT INTO wh_command_keys (tag, sealed) VALUES (?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_command_keys (tag, sealed) VALUES (%s::VARCHAR, %s)",
)
WHOLE_ENTRIES = Statement(
    (),
    sqlite="SELECT wh_entries.kind, wh_entries.tag, wh_entries.sealed FROM wh_entries ORDER BY wh_entries.kind, wh_entries.tag",
    postgresql="SELECT wayhome_schema.wh_entries.kind, wayhome_schema.wh_entries.tag, wayhome_schema.wh_entries.sealed FROM wayhome_schema.wh_entries ORDER BY wayhome_schema.wh_entries.kind, wayhome_schema.wh_entries.tag",
)
PUT_BACK_ENTRIES = Statement(
    ("kind", "tag", "sealed"),
    sqlite="INSERT INTO wh_entries (kind, tag, sealed) VALUES (?, ?, ?)",
    postgresql="INSERT INTO wayhome_schema.wh_entries (kind, tag, sealed) VALUES (%s::VARCHAR, %s::VARCHAR, %s)",
)
HEADS = Statement(
    (),
    sqlite="SELECT wh_ledger.number, wh_ledger.hash, ends.events FROM (SELECT wh_ledger.number AS number, max(wh_ledger.seq) AS last, count(*) AS events FROM wh_ledger GROUP BY wh_ledger.number) AS ends JOIN wh_ledger ON wh_ledger.number = ends.number AND wh_ledger.seq = ends.last ORDER BY wh_ledger.number",
    postgresql="SELECT wayhome_schema.wh_ledger.number, wayhome_schema.wh_ledger.hash, ends.events FROM (SELECT wayhome_schema.wh_ledger.number AS number, max(wayhome_schema.wh_ledger.seq) AS last, count(*) AS events FROM wayhome_schema.wh_ledger GROUP BY wayhome_schema.wh_ledger.number) AS ends JOIN wayhome_schema.wh_ledger ON wayhome_schema.wh_ledger.number = ends.number AND wayhome_schema.wh_ledger.seq = ends.last ORDER BY wayhome_schema.wh_ledger.number",
)
