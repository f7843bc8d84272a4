-- A store of decisions as the desk of version 0.5.0 wrote it: tables of version 2, a scenario, a decision, an
-- acknowledgement that was withdrawn and a closed month. Written by that desk and never touched since.
CREATE TABLE desk_schema (
	place INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (place)
);
INSERT INTO desk_schema VALUES(1,2);
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
','Ada Bauer','2026-11-05T09:30:00.000000Z',NULL,'{"as_of": "2026-11-05", "assumptions": "base", "assumptions_hash": "be11ef000001", "book": "2026-05-09", "book_hash": "b00c00000001", "facts_hash": "fac700000001", "fingerprint": "f1f2f3f4f5f6", "scenario": "starter-plus-10", "scenario_hash": "c401ce000001", "seed": 7, "snapshot_on": "2026-10-31", "synthetic": true, "version": "0.4.0", "warehouse": "aaaa11112222"}','f1f2f3f4f5f6','b00c00000001','aaaa11112222','5d0f1c2b3a49','51771.38','-0.10',112,0);
CREATE TABLE desk_retired_scenario (
	scenario_key VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	who VARCHAR(100) NOT NULL, 
	why TEXT NOT NULL, 
	retired_at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (scenario_key, version), 
	FOREIGN KEY(scenario_key, version) REFERENCES desk_saved_scenario (scenario_key, version)
);
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
','approved','Ada Bauer','Ben Okafor','2026-11-05T09:30:00.000000Z','2027-01-01','As proposed.','{"as_of": "2026-11-05", "assumptions": "base", "assumptions_hash": "be11ef000001", "book": "2026-05-09", "book_hash": "b00c00000001", "facts_hash": "fac700000001", "fingerprint": "f1f2f3f4f5f6", "scenario": "starter-plus-10", "scenario_hash": "c401ce000001", "seed": 7, "snapshot_on": "2026-10-31", "synthetic": true, "version": "0.4.0", "warehouse": "aaaa11112222"}','5d0f1c2b3a49',NULL,'296f5577746e');
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
INSERT INTO desk_prediction VALUES(1,2,'mrr','MRR','2027-02-01','USD','4314.28','0.00',NULL);
INSERT INTO desk_prediction VALUES(1,3,'static','static effect',NULL,'USD','51771.38',NULL,NULL);
CREATE TABLE desk_acknowledgement (
	id INTEGER NOT NULL, 
	finding VARCHAR(400) NOT NULL, 
	act VARCHAR(100) NOT NULL, 
	who VARCHAR(100) NOT NULL, 
	why TEXT NOT NULL, 
	until_on VARCHAR(10), 
	noted_at VARCHAR(32) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO desk_acknowledgement VALUES(1,'plans.command_plus-annual.list_price','accepted','Ada Bauer','the tiers merge in March','2027-03-31','2026-11-05T09:30:00.000000Z','75a7f2724d99');
INSERT INTO desk_acknowledgement VALUES(2,'plans.command_plus-annual.list_price','withdrawn','Ben Okafor','they do not merge',NULL,'2026-11-05T09:30:00.000000Z','d201ed43309a');
CREATE TABLE desk_closing (
	id INTEGER NOT NULL, 
	month VARCHAR(10) NOT NULL, 
	who VARCHAR(100) NOT NULL, 
	why TEXT NOT NULL, 
	closed_at VARCHAR(32) NOT NULL, 
	snapshot VARCHAR(400) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	paper TEXT NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (month)
);
INSERT INTO desk_closing VALUES(1,'2026-09-01','Fin O''Hara','the payout reconciles','2026-11-05T09:30:00.000000Z','2026-10-31','0f3c9a6b2d41','{"lines": [], "month": "2026-09"}','c2b8f82086e8');
