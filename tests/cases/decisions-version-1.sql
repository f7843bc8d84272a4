-- A store of decisions as the desk of version 0.4.0 wrote it: tables of version 1, two versions of a scenario, one that
-- was put aside, and a decision that another superseded. Written by that desk and never touched since.
CREATE TABLE desk_schema (
	place INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (place)
);
INSERT INTO desk_schema VALUES(1,1);
CREATE TABLE desk_saved_scenario (
	scenario_key VARCHAR(64) NOT NULL,
	version INTEGER NOT NULL,
	scenario_text TEXT NOT NULL,
	author VARCHAR(100) NOT NULL,
	saved_at VARCHAR(32) NOT NULL,
	started_from INTEGER,
	manifest TEXT NOT NULL,
	manifest_fingerprint VARCHAR(64) NOT NULL,
	book_hash VARCHAR(64) NOT NULL,
	warehouse_id VARCHAR(400),
	result_hash VARCHAR(64) NOT NULL,
	could_usd VARCHAR(64) NOT NULL,
	moved_usd VARCHAR(64) NOT NULL,
	pay_more INTEGER NOT NULL,
	pay_less INTEGER NOT NULL,
	PRIMARY KEY (scenario_key, version)
);
INSERT INTO desk_saved_scenario VALUES('starter-plus-10',1,'name = "Starter plus ten"
author = "Ada Bauer"
why = "the first tier has not moved since 2024"
baseline = "2026-05-09"
effective = 2027-01-01

[plans.starter-monthly]
list_price = 329
','Ada Bauer','2026-11-05T09:30:00.000000Z',NULL,'{"as_of": "2026-11-05", "book": "2026-05-09", "book_hash": "b00c00000001", "fingerprint": "f1f2f3f4f5f6", "warehouse": "aaaa11112222"}','f1f2f3f4f5f6','b00c00000001','aaaa11112222','5d0f1c2b3a49','51771.38','-0.10',112,0);
INSERT INTO desk_saved_scenario VALUES('starter-plus-10',2,'name = "Starter plus ten"
author = "Ada Bauer"
why = "the first tier has not moved since 2024"
baseline = "2026-05-09"
effective = 2027-01-01

[plans.starter-monthly]
list_price = 329
','Ben Okafor','2026-11-05T10:30:00.000000Z',1,'{"as_of": "2026-11-05", "book": "2026-05-09", "book_hash": "b00c00000001", "fingerprint": "f1f2f3f4f5f6", "warehouse": "aaaa11112222"}','f1f2f3f4f5f6','b00c00000001','aaaa11112222','5d0f1c2b3a49','51771.38','-0.10',112,0);
INSERT INTO desk_saved_scenario VALUES('put-aside',1,'name = "Starter plus ten"
author = "Ada Bauer"
why = "the first tier has not moved since 2024"
baseline = "2026-05-09"
effective = 2027-01-01

[plans.starter-monthly]
list_price = 329
','Ada Bauer','2026-11-05T09:30:00.000000Z',NULL,'{"as_of": "2026-11-05", "book": "2026-05-09", "book_hash": "b00c00000001", "fingerprint": "f1f2f3f4f5f6", "warehouse": "aaaa11112222"}','f1f2f3f4f5f6','b00c00000001','aaaa11112222','5d0f1c2b3a49','51771.38','-0.10',112,0);
CREATE TABLE desk_retired_scenario (
	scenario_key VARCHAR(64) NOT NULL,
	version INTEGER NOT NULL,
	who VARCHAR(100) NOT NULL,
	why TEXT NOT NULL,
	retired_at VARCHAR(32) NOT NULL,
	PRIMARY KEY (scenario_key, version),
	FOREIGN KEY(scenario_key, version) REFERENCES desk_saved_scenario (scenario_key, version)
);
INSERT INTO desk_retired_scenario VALUES('put-aside',1,'Cem','the tiers merge','2026-11-06T09:30:00.000000Z');
CREATE TABLE desk_decision (
	id INTEGER NOT NULL,
	scenario_key VARCHAR(64) NOT NULL,
	scenario_text TEXT NOT NULL,
	decision VARCHAR(100) NOT NULL,
	author VARCHAR(100) NOT NULL,
	approver VARCHAR(100) NOT NULL,
	decided_at VARCHAR(32) NOT NULL,
	effective_on VARCHAR(10),
	note TEXT NOT NULL,
	manifest TEXT NOT NULL,
	result_hash VARCHAR(64) NOT NULL,
	supersedes INTEGER,
	seal VARCHAR(64) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (supersedes),
	FOREIGN KEY(supersedes) REFERENCES desk_decision (id)
);
INSERT INTO desk_decision VALUES(1,'starter-plus-10','name = "Starter plus ten"
author = "Ada Bauer"
why = "the first tier has not moved since 2024"
baseline = "2026-05-09"
effective = 2027-01-01

[plans.starter-monthly]
list_price = 329
','approved','Ada Bauer','Ben Okafor','2026-11-05T09:30:00.000000Z','2027-01-01','As proposed.','{"as_of": "2026-11-05", "book": "2026-05-09", "book_hash": "b00c00000001", "fingerprint": "f1f2f3f4f5f6", "warehouse": "aaaa11112222"}','5d0f1c2b3a49',NULL,'cdba7a7e962a');
INSERT INTO desk_decision VALUES(2,'starter-plus-10','name = "Starter plus ten"
author = "Ada Bauer"
why = "the first tier has not moved since 2024"
baseline = "2026-05-09"
effective = 2027-01-01

[plans.starter-monthly]
list_price = 329
','deferred','Ada Bauer','Ben Okafor','2026-11-07T09:30:00.000000Z',NULL,'As proposed.','{"as_of": "2026-11-05", "book": "2026-05-09", "book_hash": "b00c00000001", "fingerprint": "f1f2f3f4f5f6", "warehouse": "aaaa11112222"}','5d0f1c2b3a49',1,'21210fa30407');
CREATE TABLE desk_prediction (
	decision_id INTEGER NOT NULL,
	place INTEGER NOT NULL,
	line_key VARCHAR(400) NOT NULL,
	label VARCHAR(400) NOT NULL,
	month VARCHAR(10),
	unit VARCHAR(100) NOT NULL,
	predicted VARCHAR(64) NOT NULL,
	low VARCHAR(64),
	high VARCHAR(64),
	PRIMARY KEY (decision_id, place),
	FOREIGN KEY(decision_id) REFERENCES desk_decision (id)
);
INSERT INTO desk_prediction VALUES(1,1,'mrr','MRR','2027-01-01','USD','4314.280','4000','5000');
INSERT INTO desk_prediction VALUES(1,2,'static','static effect',NULL,'USD','51771.38',NULL,NULL);
INSERT INTO desk_prediction VALUES(2,1,'mrr','MRR','2027-01-01','USD','4314.280','4000','5000');
INSERT INTO desk_prediction VALUES(2,2,'static','static effect',NULL,'USD','51771.38',NULL,NULL);
