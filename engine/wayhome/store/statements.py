"""The statements of the store, as SQLite reads them. Written by `python -m tests.store.test_statements`."""

from wayhome.store.sql import Statement

# fmt: off
COUNTED_BY = ('phase', 'status', 'host_country', 'origin_country', 'organisation')
POSITION = ('generation', 'epoch', 'n')
# Of each table its columns, and of its key; and how a new file is made.
TABLES = {
    'wh_blobs': ('number', 'seq', 'retention', 'commitment', 'sealed'),
    'wh_cases': ('number', 'uuid', 'label', 'version', 'host_country', 'origin_country', 'organisation', 'phase', 'status', 'opened_on', 'digest', 'owner_tag', 'reference_tag', 'head', 'state', 'identity', 'health', 'accounts'),
    'wh_command_keys': ('tag', 'sealed'),
    'wh_entries': ('kind', 'tag', 'sealed'),
    'wh_generations': ('generation',),
    'wh_keys': ('number', 'retention', 'master', 'wrapped'),
    'wh_ledger': ('number', 'seq', 'format', 'recorded_on', 'digest', 'body', 'hash', 'generation', 'epoch', 'n', 'signature', 'signed_by'),
    'wh_master_keys': ('id', 'check_value'),
    'wh_processes': ('digest', 'canonical', 'labels'),
}
KEYS = {
    'wh_blobs': ('number', 'seq', 'retention'),
    'wh_cases': ('number',),
    'wh_command_keys': ('tag',),
    'wh_entries': ('kind', 'tag'),
    'wh_generations': ('generation',),
    'wh_keys': ('number', 'retention'),
    'wh_ledger': ('number', 'seq'),
    'wh_master_keys': ('id',),
    'wh_processes': ('digest',),
}
NEW_FILE = (
    'CREATE TABLE wh_blobs ( number VARCHAR NOT NULL, seq INTEGER NOT NULL, retention VARCHAR NOT NULL, commitment BLOB NOT NULL, sealed BLOB, PRIMARY KEY (number, seq, retention) )',
    'CREATE TABLE wh_cases ( number VARCHAR NOT NULL, uuid VARCHAR NOT NULL, label VARCHAR NOT NULL, version INTEGER NOT NULL, host_country VARCHAR NOT NULL, origin_country VARCHAR NOT NULL, organisation VARCHAR NOT NULL, phase VARCHAR NOT NULL, status VARCHAR NOT NULL, opened_on VARCHAR NOT NULL, digest VARCHAR NOT NULL, owner_tag VARCHAR, reference_tag VARCHAR, head BLOB NOT NULL, state BLOB NOT NULL, identity BLOB, health BLOB, accounts BLOB, PRIMARY KEY (number), UNIQUE (uuid) )',
    'CREATE INDEX ix_wh_cases_label ON wh_cases (label)',
    'CREATE INDEX ix_wh_cases_opened_on ON wh_cases (opened_on, number)',
    'CREATE INDEX ix_wh_cases_owner_tag ON wh_cases (owner_tag)',
    'CREATE INDEX ix_wh_cases_phase ON wh_cases (phase)',
    'CREATE INDEX ix_wh_cases_reference_tag ON wh_cases (reference_tag)',
    'CREATE TABLE wh_command_keys ( tag VARCHAR NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (tag) )',
    'CREATE TABLE wh_entries ( kind VARCHAR NOT NULL, tag VARCHAR NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (kind, tag) )',
    'CREATE TABLE wh_generations ( generation INTEGER NOT NULL, PRIMARY KEY (generation) )',
    'CREATE TABLE wh_keys ( number VARCHAR NOT NULL, retention VARCHAR NOT NULL, master VARCHAR NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (number, retention) )',
    'CREATE TABLE wh_ledger ( number VARCHAR NOT NULL, seq INTEGER NOT NULL, format INTEGER NOT NULL, recorded_on VARCHAR NOT NULL, digest VARCHAR NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL, generation INTEGER NOT NULL, epoch BIGINT NOT NULL, n BIGINT NOT NULL, signature BLOB, signed_by VARCHAR, PRIMARY KEY (number, seq) )',
    'CREATE INDEX ix_wh_ledger_first ON wh_ledger (number) WHERE seq = 1',
    'CREATE UNIQUE INDEX ix_wh_ledger_position ON wh_ledger (generation, epoch, n)',
    'CREATE TABLE wh_master_keys ( id VARCHAR NOT NULL, check_value BLOB NOT NULL, PRIMARY KEY (id) )',
    'CREATE TABLE wh_processes ( digest VARCHAR NOT NULL, canonical BLOB NOT NULL, labels BLOB NOT NULL, PRIMARY KEY (digest) )',
)
NEW_READS = (
    'CREATE TABLE wh_reads ( n INTEGER NOT NULL, tag VARCHAR NOT NULL, of_case VARCHAR NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (n), UNIQUE (tag) )',
    'CREATE INDEX ix_wh_reads_of_case ON wh_reads (of_case)',
)
READ_COLUMNS = ('n', 'tag', 'of_case', 'sealed')
CASE_COLUMNS, LEDGER_COLUMNS = TABLES["wh_cases"], TABLES["wh_ledger"]
LOAD = Statement('LOAD', ('register', 'of_kind', 'number'), 'SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, wh_cases.accounts, newest.hash, "after".seq, (SELECT register.sealed FROM wh_entries AS register WHERE register.kind = ? AND register.tag = ?) AS anon_1, (SELECT max(wh_master_keys.id) AS max_1 FROM wh_master_keys) AS anon_2 FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 WHERE wh_cases.number = ?')
OPEN_CASE = Statement('OPEN_CASE', ('number', 'uuid', 'label', 'version', 'host_country', 'origin_country', 'organisation', 'phase', 'status', 'opened_on', 'digest', 'owner_tag', 'reference_tag', 'head', 'state', 'identity', 'health', 'accounts'), 'INSERT INTO wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health, accounts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
SAVE_CASE = Statement('SAVE_CASE', ('new_label', 'new_version', 'new_host_country', 'new_origin_country', 'new_organisation', 'new_phase', 'new_status', 'new_opened_on', 'new_digest', 'new_owner_tag', 'new_reference_tag', 'new_head', 'new_state', 'new_identity', 'new_health', 'new_accounts', 'of_case'), 'UPDATE wh_cases SET label=?, version=?, host_country=?, origin_country=?, organisation=?, phase=?, status=?, opened_on=?, digest=?, owner_tag=?, reference_tag=?, head=?, state=?, identity=?, health=?, accounts=? WHERE wh_cases.number = ?')
CASES = Statement('CASES', ('after_day', 'after_number', 'phase_asked', 'phase_asked', 'status_asked', 'status_asked', 'owner_tag_asked', 'owner_tag_asked', 'reference_tag_asked', 'reference_tag_asked', 'called_tag', 'called_tag', 'number_begins', 'number_begins', 'label_begins', 'label_begins', 'most'), 'SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, wh_cases.accounts, newest.hash, "after".seq, wh_keys.wrapped, wh_keys.master, wh_master_keys.check_value FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 LEFT OUTER JOIN wh_keys ON wh_keys.number = wh_cases.number AND wh_keys.retention = \'case\' LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE (wh_cases.opened_on, wh_cases.number) > (?, ?) AND (? IS NULL OR wh_cases.phase = ?) AND (? IS NULL OR wh_cases.status = ?) AND (? IS NULL OR wh_cases.owner_tag = ?) AND (? IS NULL OR wh_cases.reference_tag = ?) AND (? IS NULL OR wh_cases.reference_tag = ? OR substr(wh_cases.number, 1, length(?)) = ? OR substr(wh_cases.label, 1, length(?)) = ?) ORDER BY wh_cases.opened_on, wh_cases.number LIMIT ? OFFSET 0')
LISTED_CASE = Statement('LISTED_CASE', ('number',), 'SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, wh_cases.accounts, newest.hash, "after".seq, wh_keys.wrapped, wh_keys.master, wh_master_keys.check_value FROM wh_cases LEFT OUTER JOIN wh_ledger AS newest ON newest.number = wh_cases.number AND newest.seq = wh_cases.version LEFT OUTER JOIN wh_ledger AS "after" ON "after".number = wh_cases.number AND "after".seq = wh_cases.version + 1 LEFT OUTER JOIN wh_keys ON wh_keys.number = wh_cases.number AND wh_keys.retention = \'case\' LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE wh_cases.number = ?')
OPENED_ON = Statement('OPENED_ON', ('number',), 'SELECT wh_cases.opened_on FROM wh_cases WHERE wh_cases.number = ?')
LABELLED = Statement('LABELLED', ('said',), 'SELECT wh_cases.number FROM wh_cases WHERE wh_cases.label = ? ORDER BY wh_cases.number')
WITHOUT_ROW = Statement('WITHOUT_ROW', (), "SELECT wh_ledger.number FROM wh_ledger WHERE wh_ledger.seq = 1 AND wh_ledger.number != 'office' AND (wh_ledger.number NOT IN (SELECT wh_cases.number FROM wh_cases)) ORDER BY wh_ledger.number")
ROW_OF = Statement('ROW_OF', ('number',), 'SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, wh_cases.accounts FROM wh_cases WHERE wh_cases.number = ?')
NUMBERS_OF_ROWS = Statement('NUMBERS_OF_ROWS', ('after', 'most'), 'SELECT DISTINCT wh_cases.number FROM wh_cases WHERE wh_cases.number > ? ORDER BY wh_cases.number LIMIT ? OFFSET 0')
KNOWN_BYTES = Statement('KNOWN_BYTES', ('known',), 'SELECT CAST(? AS BLOB) AS anon_1')
APPEND = Statement('APPEND', ('number', 'seq', 'format', 'recorded_on', 'digest', 'body', 'hash'), 'INSERT INTO wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n) VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT max(wh_generations.generation) AS max_1 FROM wh_generations), 0, (coalesce((SELECT "before".n FROM wh_ledger AS "before" ORDER BY "before".generation DESC, "before".epoch DESC, "before".n DESC LIMIT 1 OFFSET 0), 0) + 1))')
LOCK_CASE = Statement('LOCK_CASE', ('generation', 'epoch', 'n', 'most', 'number'), "SELECT wh_cases.number, (SELECT group_concat(some.told, ',') AS group_concat_1 FROM (SELECT CAST(wh_ledger.generation AS TEXT) || ' ' || CAST(wh_ledger.epoch AS TEXT) || ' ' || CAST(wh_ledger.n AS TEXT) || ' ' || hex(wh_ledger.hash) || ' ' || coalesce(hex(previous.hash), '') || ' ' || CASE WHEN (wh_ledger.number = 'office') THEN '1' ELSE '' END AS told FROM wh_ledger LEFT OUTER JOIN wh_ledger AS previous ON previous.number = wh_ledger.number AND previous.seq = wh_ledger.seq - 1 WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) >= (?, ?, ?) ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0) AS some) AS anon_1 FROM wh_cases WHERE wh_cases.number = ?")
SETTLED = Statement('SETTLED', ('generation', 'epoch', 'n', 'most'), "SELECT (SELECT group_concat(some.told, ',') AS group_concat_1 FROM (SELECT CAST(wh_ledger.generation AS TEXT) || ' ' || CAST(wh_ledger.epoch AS TEXT) || ' ' || CAST(wh_ledger.n AS TEXT) || ' ' || hex(wh_ledger.hash) || ' ' || coalesce(hex(previous.hash), '') || ' ' || CASE WHEN (wh_ledger.number = 'office') THEN '1' ELSE '' END AS told FROM wh_ledger LEFT OUTER JOIN wh_ledger AS previous ON previous.number = wh_ledger.number AND previous.seq = wh_ledger.seq - 1 WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) >= (?, ?, ?) ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0) AS some) AS anon_1")
NTH_EVENT = Statement('NTH_EVENT', ('skipped',), 'SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.hash FROM wh_ledger ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT 1 OFFSET ?')
CHANGES = Statement('CHANGES', ('generation', 'epoch', 'n', 'most'), "SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.number, wh_ledger.seq, wh_ledger.recorded_on FROM wh_ledger WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) > (?, ?, ?) AND wh_ledger.number != 'office' ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0")
NEWEST_PAST = Statement('NEWEST_PAST', (), 'SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.hash FROM wh_ledger WHERE 1 = 1 ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0')
WRITTEN_SINCE = Statement('WRITTEN_SINCE', ('generation', 'epoch', 'n', 'most'), "SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.number, 1 FROM wh_ledger WHERE (wh_ledger.generation, wh_ledger.epoch, wh_ledger.n) > (?, ?, ?) AND wh_ledger.number != 'office' ORDER BY wh_ledger.generation, wh_ledger.epoch, wh_ledger.n LIMIT ? OFFSET 0")
NEWEST_POSITION = Statement('NEWEST_POSITION', (), 'SELECT wh_ledger.generation, wh_ledger.epoch, wh_ledger.n FROM wh_ledger ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0')
NEWEST_EVENT = Statement('NEWEST_EVENT', (), 'SELECT wh_ledger.number, wh_ledger.seq FROM wh_ledger ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT 1 OFFSET 0')
NEWEST_EVENTS = Statement('NEWEST_EVENTS', ('most', 'skipped'), 'SELECT wh_ledger.number, wh_ledger.seq, wh_ledger.format, wh_ledger.recorded_on, wh_ledger.digest, wh_ledger.body, wh_ledger.hash, wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.signature, wh_ledger.signed_by, previous.hash AS hash_1 FROM wh_ledger LEFT OUTER JOIN wh_ledger AS previous ON previous.number = wh_ledger.number AND previous.seq = wh_ledger.seq - 1 ORDER BY wh_ledger.generation DESC, wh_ledger.epoch DESC, wh_ledger.n DESC LIMIT ? OFFSET ?')
GENERATION = Statement('GENERATION', (), 'SELECT max(wh_generations.generation) AS max_1 FROM wh_generations')
ALL_GENERATIONS = Statement('ALL_GENERATIONS', (), 'SELECT wh_generations.generation FROM wh_generations ORDER BY wh_generations.generation')
COUNTED = Statement('COUNTED', (), 'SELECT wh_ledger.generation, CASE WHEN (wh_ledger.epoch = 0) THEN 0 ELSE 1 END AS anon_1, count(*) AS count_1, min(wh_ledger.n) AS min_1, max(wh_ledger.n) AS max_1 FROM wh_ledger GROUP BY wh_ledger.generation, CASE WHEN (wh_ledger.epoch = 0) THEN 0 ELSE 1 END')
ADD_GENERATION = Statement('ADD_GENERATION', ('generation',), 'INSERT INTO wh_generations (generation) VALUES (?)')
NEXT_WRITER = Statement('NEXT_WRITER', (), 'SELECT 0')
EVENTS = Statement('EVENTS', ('number', 'first', 'last'), 'SELECT wh_ledger.number, wh_ledger.seq, wh_ledger.format, wh_ledger.recorded_on, wh_ledger.digest, wh_ledger.body, wh_ledger.hash, wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.signature, wh_ledger.signed_by FROM wh_ledger WHERE wh_ledger.number = ? AND wh_ledger.seq >= ? AND wh_ledger.seq <= ? ORDER BY wh_ledger.seq')
NUMBERS_OF_EVENTS = Statement('NUMBERS_OF_EVENTS', ('after', 'most'), 'SELECT DISTINCT wh_ledger.number FROM wh_ledger WHERE wh_ledger.number > ? ORDER BY wh_ledger.number LIMIT ? OFFSET 0')
HAS_EVENTS = Statement('HAS_EVENTS', ('number',), 'SELECT wh_ledger.seq FROM wh_ledger WHERE wh_ledger.number = ?')
NEWEST_OF = Statement('NEWEST_OF', ('number',), 'SELECT wh_ledger.seq, wh_ledger.hash FROM wh_ledger WHERE wh_ledger.number = ? ORDER BY wh_ledger.seq DESC LIMIT 1 OFFSET 0')
HASH_OF = Statement('HASH_OF', ('number', 'seq'), 'SELECT wh_ledger.hash FROM wh_ledger WHERE wh_ledger.number = ? AND wh_ledger.seq = ?')
KEEP_BLOB = Statement('KEEP_BLOB', ('number', 'seq', 'retention', 'commitment', 'sealed'), 'INSERT INTO wh_blobs (number, seq, retention, commitment, sealed) VALUES (?, ?, ?, ?, ?)')
BLOBS = Statement('BLOBS', ('number',), 'SELECT wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs WHERE wh_blobs.number = ?')
BLOBS_WITHIN = Statement('BLOBS_WITHIN', ('number', 'first', 'last'), 'SELECT wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs WHERE wh_blobs.number = ? AND wh_blobs.seq >= ? AND wh_blobs.seq <= ?')
BLOBS_WITHOUT_EVENT = Statement('BLOBS_WITHOUT_EVENT', (), 'SELECT DISTINCT wh_blobs.number FROM wh_blobs WHERE NOT (EXISTS (SELECT * FROM wh_ledger WHERE wh_ledger.number = wh_blobs.number AND wh_ledger.seq = wh_blobs.seq))')
MASTERS = Statement('MASTERS', (), 'SELECT wh_master_keys.id, wh_master_keys.check_value FROM wh_master_keys')
HOLD_MASTERS = Statement('HOLD_MASTERS', (), 'SELECT wh_master_keys.id, wh_master_keys.check_value FROM wh_master_keys')
ADD_MASTER = Statement('ADD_MASTER', ('id', 'check_value'), 'INSERT INTO wh_master_keys (id, check_value) VALUES (?, ?)')
RENEW_MASTER = Statement('RENEW_MASTER', ('new_id', 'new_check_value'), 'UPDATE wh_master_keys SET id=?, check_value=?')
KEY_OF = Statement('KEY_OF', ('number', 'retention'), 'SELECT wh_keys.master, wh_master_keys.check_value, wh_keys.wrapped FROM wh_keys LEFT OUTER JOIN wh_master_keys ON wh_master_keys.id = wh_keys.master WHERE wh_keys.number = ? AND wh_keys.retention = ?')
ALL_KEYS = Statement('ALL_KEYS', (), 'SELECT wh_keys.number, wh_keys.retention, (SELECT max(wh_ledger.seq) AS max_1 FROM wh_ledger WHERE wh_ledger.number = wh_keys.number) AS anon_1 FROM wh_keys ORDER BY wh_keys.number, wh_keys.retention')
CLASSES_OF_KEYS = Statement('CLASSES_OF_KEYS', ('number',), 'SELECT wh_keys.retention FROM wh_keys WHERE wh_keys.number = ?')
ADD_KEY = Statement('ADD_KEY', ('number', 'retention', 'master', 'wrapped'), 'INSERT INTO wh_keys (number, retention, master, wrapped) VALUES (?, ?, ?, ?)')
COMMAND_KEY = Statement('COMMAND_KEY', ('tag',), "SELECT (SELECT wh_command_keys.sealed FROM wh_command_keys WHERE wh_command_keys.tag = ?) AS anon_1, EXISTS (SELECT wh_keys.number FROM wh_keys WHERE wh_keys.number = '' AND substr(wh_keys.retention, 1, 6) = 'index ') AS anon_2")
ADD_COMMAND_KEY = Statement('ADD_COMMAND_KEY', ('tag', 'sealed'), 'INSERT INTO wh_command_keys (tag, sealed) VALUES (?, ?)')
ALL_COMMAND_KEYS = Statement('ALL_COMMAND_KEYS', (), 'SELECT wh_command_keys.tag, wh_command_keys.sealed FROM wh_command_keys')
PROCESS_OF = Statement('PROCESS_OF', ('digest',), 'SELECT wh_processes.canonical, wh_processes.labels FROM wh_processes WHERE wh_processes.digest = ?')
PUT_PROCESS = Statement('PUT_PROCESS', ('digest', 'canonical', 'labels'), 'INSERT INTO wh_processes (digest, canonical, labels) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET labels = excluded.labels')
ALL_DIGESTS = Statement('ALL_DIGESTS', (), 'SELECT wh_processes.digest FROM wh_processes ORDER BY wh_processes.digest')
OPEN_UNDER = Statement('OPEN_UNDER', ('closed',), 'SELECT wh_cases.digest, count(*) AS count_1 FROM wh_cases WHERE wh_cases.status != ? GROUP BY wh_cases.digest ORDER BY wh_cases.digest')
PUT_ENTRY = Statement('PUT_ENTRY', ('kind', 'tag', 'sealed'), 'INSERT INTO wh_entries (kind, tag, sealed) VALUES (?, ?, ?) ON CONFLICT (kind, tag) DO UPDATE SET sealed = excluded.sealed')
ENTRY = Statement('ENTRY', ('kind', 'tag'), 'SELECT wh_entries.sealed FROM wh_entries WHERE wh_entries.kind = ? AND wh_entries.tag = ?')
ENTRIES = Statement('ENTRIES', ('kind', 'register', 'of_kind'), "SELECT register.sealed, wh_entries.tag, wh_entries.sealed AS entry, (SELECT wh_ledger.hash FROM wh_ledger WHERE wh_ledger.number = 'office' ORDER BY wh_ledger.seq DESC LIMIT 1 OFFSET 0) AS anon_1 FROM wh_entries AS register LEFT OUTER JOIN wh_entries ON wh_entries.kind = ? WHERE register.kind = ? AND register.tag = ?")
REGISTERED_PROCESSES = Statement('REGISTERED_PROCESSES', ('register', 'of_kind'), 'SELECT register.sealed, wh_processes.digest, wh_processes.labels, NULL AS anon_1 FROM wh_entries AS register LEFT OUTER JOIN wh_processes ON 1 = 1 WHERE register.kind = ? AND register.tag = ?')
LOCK_ENTRY = Statement('LOCK_ENTRY', ('kind', 'tag'), 'SELECT wh_entries.tag FROM wh_entries WHERE wh_entries.kind = ? AND wh_entries.tag = ?')
UNREGISTERED = Statement('UNREGISTERED', ('kind',), 'SELECT wh_entries.tag, wh_entries.sealed FROM wh_entries WHERE wh_entries.kind = ?')
ALL_KINDS = Statement('ALL_KINDS', (), 'SELECT DISTINCT wh_entries.kind FROM wh_entries')
ADD_READ = Statement('ADD_READ', ('n', 'tag', 'of_case', 'sealed'), 'INSERT INTO wh_reads (n, tag, of_case, sealed) VALUES (?, ?, ?, ?)')
READ_TAGGED = Statement('READ_TAGGED', ('tag',), 'SELECT wh_reads.n FROM wh_reads WHERE wh_reads.tag = ?')
READS_OF = Statement('READS_OF', ('of_case',), 'SELECT wh_reads.n, wh_reads.tag, wh_reads.of_case, wh_reads.sealed FROM wh_reads WHERE wh_reads.of_case = ? ORDER BY wh_reads.n')
READS_AFTER = Statement('READS_AFTER', ('after', 'most'), 'SELECT wh_reads.n, wh_reads.tag, wh_reads.of_case, wh_reads.sealed FROM wh_reads WHERE wh_reads.n > ? ORDER BY wh_reads.n LIMIT ? OFFSET 0')
LAST_READ = Statement('LAST_READ', (), 'SELECT coalesce(max(wh_reads.n), 0) AS coalesce_1 FROM wh_reads')
WHOLE_CASES = Statement('WHOLE_CASES', (), 'SELECT wh_cases.number, wh_cases.uuid, wh_cases.label, wh_cases.version, wh_cases.host_country, wh_cases.origin_country, wh_cases.organisation, wh_cases.phase, wh_cases.status, wh_cases.opened_on, wh_cases.digest, wh_cases.owner_tag, wh_cases.reference_tag, wh_cases.head, wh_cases.state, wh_cases.identity, wh_cases.health, wh_cases.accounts FROM wh_cases ORDER BY wh_cases.number')
PUT_BACK_CASES = Statement('PUT_BACK_CASES', ('number', 'uuid', 'label', 'version', 'host_country', 'origin_country', 'organisation', 'phase', 'status', 'opened_on', 'digest', 'owner_tag', 'reference_tag', 'head', 'state', 'identity', 'health', 'accounts'), 'INSERT INTO wh_cases (number, uuid, label, version, host_country, origin_country, organisation, phase, status, opened_on, digest, owner_tag, reference_tag, head, state, identity, health, accounts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
WHOLE_LEDGER = Statement('WHOLE_LEDGER', (), 'SELECT wh_ledger.number, wh_ledger.seq, wh_ledger.format, wh_ledger.recorded_on, wh_ledger.digest, wh_ledger.body, wh_ledger.hash, wh_ledger.generation, wh_ledger.epoch, wh_ledger.n, wh_ledger.signature, wh_ledger.signed_by FROM wh_ledger ORDER BY wh_ledger.number, wh_ledger.seq')
PUT_BACK_LEDGER = Statement('PUT_BACK_LEDGER', ('number', 'seq', 'format', 'recorded_on', 'digest', 'body', 'hash', 'generation', 'epoch', 'n', 'signature', 'signed_by'), 'INSERT INTO wh_ledger (number, seq, format, recorded_on, digest, body, hash, generation, epoch, n, signature, signed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
WHOLE_GENERATIONS = Statement('WHOLE_GENERATIONS', (), 'SELECT wh_generations.generation FROM wh_generations ORDER BY wh_generations.generation')
PUT_BACK_GENERATIONS = Statement('PUT_BACK_GENERATIONS', ('generation',), 'INSERT INTO wh_generations (generation) VALUES (?)')
WHOLE_BLOBS = Statement('WHOLE_BLOBS', (), 'SELECT wh_blobs.number, wh_blobs.seq, wh_blobs.retention, wh_blobs.commitment, wh_blobs.sealed FROM wh_blobs ORDER BY wh_blobs.number, wh_blobs.seq, wh_blobs.retention')
PUT_BACK_BLOBS = Statement('PUT_BACK_BLOBS', ('number', 'seq', 'retention', 'commitment', 'sealed'), 'INSERT INTO wh_blobs (number, seq, retention, commitment, sealed) VALUES (?, ?, ?, ?, ?)')
WHOLE_MASTER_KEYS = Statement('WHOLE_MASTER_KEYS', (), 'SELECT wh_master_keys.id, wh_master_keys.check_value FROM wh_master_keys ORDER BY wh_master_keys.id')
PUT_BACK_MASTER_KEYS = Statement('PUT_BACK_MASTER_KEYS', ('id', 'check_value'), 'INSERT INTO wh_master_keys (id, check_value) VALUES (?, ?)')
WHOLE_KEYS = Statement('WHOLE_KEYS', (), 'SELECT wh_keys.number, wh_keys.retention, wh_keys.master, wh_keys.wrapped FROM wh_keys ORDER BY wh_keys.number, wh_keys.retention')
PUT_BACK_KEYS = Statement('PUT_BACK_KEYS', ('number', 'retention', 'master', 'wrapped'), 'INSERT INTO wh_keys (number, retention, master, wrapped) VALUES (?, ?, ?, ?)')
WHOLE_PROCESSES = Statement('WHOLE_PROCESSES', (), 'SELECT wh_processes.digest, wh_processes.canonical, wh_processes.labels FROM wh_processes ORDER BY wh_processes.digest')
PUT_BACK_PROCESSES = Statement('PUT_BACK_PROCESSES', ('digest', 'canonical', 'labels'), 'INSERT INTO wh_processes (digest, canonical, labels) VALUES (?, ?, ?)')
WHOLE_COMMAND_KEYS = Statement('WHOLE_COMMAND_KEYS', (), 'SELECT wh_command_keys.tag, wh_command_keys.sealed FROM wh_command_keys ORDER BY wh_command_keys.tag')
PUT_BACK_COMMAND_KEYS = Statement('PUT_BACK_COMMAND_KEYS', ('tag', 'sealed'), 'INSERT INTO wh_command_keys (tag, sealed) VALUES (?, ?)')
WHOLE_ENTRIES = Statement('WHOLE_ENTRIES', (), 'SELECT wh_entries.kind, wh_entries.tag, wh_entries.sealed FROM wh_entries ORDER BY wh_entries.kind, wh_entries.tag')
PUT_BACK_ENTRIES = Statement('PUT_BACK_ENTRIES', ('kind', 'tag', 'sealed'), 'INSERT INTO wh_entries (kind, tag, sealed) VALUES (?, ?, ?)')
EMPTY_KEYS = Statement('EMPTY_KEYS', (), 'DELETE FROM wh_keys')
EMPTY_COMMAND_KEYS = Statement('EMPTY_COMMAND_KEYS', (), 'DELETE FROM wh_command_keys')
EMPTY_ENTRIES = Statement('EMPTY_ENTRIES', (), 'DELETE FROM wh_entries')
HEADS = Statement('HEADS', (), 'SELECT wh_ledger.number, wh_ledger.hash, ends.events FROM (SELECT wh_ledger.number AS number, max(wh_ledger.seq) AS last, count(*) AS events FROM wh_ledger GROUP BY wh_ledger.number) AS ends JOIN wh_ledger ON wh_ledger.number = ends.number AND wh_ledger.seq = ends.last ORDER BY wh_ledger.number')
