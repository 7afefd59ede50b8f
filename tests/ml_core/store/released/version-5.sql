PRAGMA application_id = 1416840052;
PRAGMA user_version = 5;
BEGIN TRANSACTION;
CREATE TABLE activations (
    id INTEGER PRIMARY KEY,
    checkpoint TEXT NOT NULL,
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;
INSERT INTO "activations" VALUES(1,'c1','2026-12-01T03:33:51.969+00:00',1);
INSERT INTO "activations" VALUES(2,'c1','2026-12-01T03:33:51.985+00:00',2);
CREATE TABLE checkpoints (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    record TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT;
INSERT INTO "checkpoints" VALUES(1,'c1','{"configuration":{},"dataset_hash":"h","file_name":"c1.safetensors","id":"c1","kind":"best","metrics":{},"n_ratings":2,"parent":"base","seed":3,"sha256":"abababababababababababababababababababababababababababababababab","utc":"2026-01-02"}','718a8dec4cc7bff5cf11efee7d6c2dd6');
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    session INTEGER REFERENCES sessions (id),
    sha256 TEXT NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    origin_a TEXT NOT NULL,
    origin_b TEXT NOT NULL,
    reason TEXT NOT NULL,
    repeat_of INTEGER REFERENCES comparisons (id),
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;
INSERT INTO "comparisons" VALUES(1,1,0,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1376,1133,1594],"gains_db":[-0.325,-2.345,-2.582,-2.581],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[679215,4343902],[5088743,6463343],[6793667,7056020],[8152513,8577766]]}','{"fades":[1546,606,1124],"gains_db":[-1.697,-1.167,-0.261,-0.1],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[1237192,1590996],[1656973,2465603],[4202798,5203412],[5539790,7921240]]}','["base",30,950676745]','["base",33,559402977]','random',NULL,'2026-12-01T03:33:51.909+00:00',1);
INSERT INTO "comparisons" VALUES(2,1,0,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1895,1066,1841],"gains_db":[-0.389,-2.427,-1.297,-2.284],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[19173,235580],[1044878,1564842],[4092145,5589080],[6691148,8280862]]}','{"fades":[1017,1528,996],"gains_db":[-0.88,-1.358,-0.557,-1.379],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[1349656,1530349],[1829687,2390659],[5369625,7515682],[8208870,8521829]]}','["base",35,617739271]','["base",28,196778422]','random',NULL,'2026-12-01T03:33:51.909+00:00',1);
INSERT INTO "comparisons" VALUES(3,1,0,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1654,1744,932],"gains_db":[-1.57,-2.731,-0.727,-0.37],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[553185,3084805],[3132801,3177459],[4061884,4870920],[5319163,6457569]]}','{"fades":[1791,1607,1258],"gains_db":[-1.261,-1.648,-1.019,-0.011],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[648297,1346343],[3610478,3951063],[4624373,6564858],[8754185,8800890]]}','["base",22,176894648]','["base",20,247711695]','random',NULL,'2026-12-01T03:33:51.909+00:00',1);
INSERT INTO "comparisons" VALUES(4,1,0,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1161,749,1081],"gains_db":[-1.722,-2.813,-0.651,-0.434],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[271942,1965187],[3194027,3698714],[4077461,4547262],[5624905,8161179]]}','{"fades":[587,1158,637],"gains_db":[-2.891,-2.935,-0.117,-2.445],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[447897,758901],[1241461,2008156],[2087819,3162851],[3670411,6563404]]}','["base",7,1029146436]','["base",13,131178803]','random',NULL,'2026-12-01T03:33:51.909+00:00',1);
INSERT INTO "comparisons" VALUES(5,1,0,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1376,1133,1594],"gains_db":[-0.325,-2.345,-2.582,-2.581],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[679215,4343902],[5088743,6463343],[6793667,7056020],[8152513,8577766]]}','{"fades":[1546,606,1124],"gains_db":[-1.697,-1.167,-0.261,-0.1],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[1237192,1590996],[1656973,2465603],[4202798,5203412],[5539790,7921240]]}','["base",30,950676745]','["base",33,559402977]','random',NULL,'2026-12-01T03:33:51.909+00:00',2);
INSERT INTO "comparisons" VALUES(6,1,0,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1895,1066,1841],"gains_db":[-0.389,-2.427,-1.297,-2.284],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[19173,235580],[1044878,1564842],[4092145,5589080],[6691148,8280862]]}','{"fades":[1017,1528,996],"gains_db":[-0.88,-1.358,-0.557,-1.379],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[1349656,1530349],[1829687,2390659],[5369625,7515682],[8208870,8521829]]}','["base",35,617739271]','["base",28,196778422]','random',NULL,'2026-12-01T03:33:51.909+00:00',2);
INSERT INTO "comparisons" VALUES(7,2,0,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1117,1293,769],"gains_db":[-2.817,-1.599,-1.211,-0.902],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[382228,1174477],[1207484,1702891],[3704900,4360732],[5050974,7140699]]}','{"fades":[1784,724,731],"gains_db":[-1.973,-2.248,-1.21,-1.673],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[973933,2842473],[3344635,3412732],[4364311,6015559],[6564525,7888918]]}','["base",11,28354854]','["base",30,880265135]','random',NULL,'2026-12-01T03:33:51.997+00:00',2);
CREATE TABLE current_ratings (
    comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
    rating_id INTEGER NOT NULL UNIQUE REFERENCES ratings (id),
    answer TEXT NOT NULL,
    session INTEGER,
    taste INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO "current_ratings" VALUES(1,3,'A',NULL,1);
INSERT INTO "current_ratings" VALUES(2,4,'tie',NULL,1);
INSERT INTO "current_ratings" VALUES(5,5,'A',NULL,2);
INSERT INTO "current_ratings" VALUES(6,6,'tie',NULL,2);
INSERT INTO "current_ratings" VALUES(7,7,'B',NULL,2);
CREATE TABLE file_stamps (
    path TEXT PRIMARY KEY NOT NULL,
    n_bytes INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL
) STRICT;
INSERT INTO "file_stamps" VALUES('"/music/song 0.wav"',1000,5);
INSERT INTO "file_stamps" VALUES('"/music/song 1.wav"',1000,5);
CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    withdraws INTEGER UNIQUE REFERENCES marks (id),
    comparison_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    from_sample INTEGER NOT NULL,
    to_sample INTEGER NOT NULL,
    utc TEXT NOT NULL,
    checksum TEXT NOT NULL
) STRICT;
INSERT INTO "marks" VALUES(1,NULL,1,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','bad_join','A',1000,2000,'2026-12-01T03:33:51.940+00:00','44e6a65a34729ce996288b6a0545f195');
CREATE TABLE open_comparisons (
    comparison_id INTEGER PRIMARY KEY REFERENCES comparisons (id),
    session INTEGER,
    taste INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO "open_comparisons" VALUES(3,NULL,1);
INSERT INTO "open_comparisons" VALUES(4,NULL,1);
CREATE TABLE ratings (
    id INTEGER PRIMARY KEY,
    comparison_id INTEGER NOT NULL REFERENCES comparisons (id),
    withdraws INTEGER REFERENCES ratings (id),
    sha256 TEXT NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('A', 'B', 'tie', 'skip', 'withdrawn')),
    strength INTEGER NOT NULL,
    heard_a_s REAL,
    heard_b_s REAL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    repeat_of INTEGER,
    session INTEGER,
    batch INTEGER NOT NULL,
    cycle TEXT NOT NULL,
    utc TEXT NOT NULL,
    checksum TEXT NOT NULL,
    taste INTEGER
) STRICT;
INSERT INTO "ratings" VALUES(1,3,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1654,1744,932],"gains_db":[-1.57,-2.731,-0.727,-0.37],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[553185,3084805],[3132801,3177459],[4061884,4870920],[5319163,6457569]]}','{"fades":[1791,1607,1258],"gains_db":[-1.261,-1.648,-1.019,-0.011],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[648297,1346343],[3610478,3951063],[4624373,6564858],[8754185,8800890]]}','B',1,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.925+00:00','81610d95096ba697258630fe69a73b43',NULL);
INSERT INTO "ratings" VALUES(2,3,1,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1654,1744,932],"gains_db":[-1.57,-2.731,-0.727,-0.37],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[553185,3084805],[3132801,3177459],[4061884,4870920],[5319163,6457569]]}','{"fades":[1791,1607,1258],"gains_db":[-1.261,-1.648,-1.019,-0.011],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[648297,1346343],[3610478,3951063],[4624373,6564858],[8754185,8800890]]}','withdrawn',1,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.928+00:00','b4b45efeb88578462e77374609ba1cbe',NULL);
INSERT INTO "ratings" VALUES(3,1,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1376,1133,1594],"gains_db":[-0.325,-2.345,-2.582,-2.581],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[679215,4343902],[5088743,6463343],[6793667,7056020],[8152513,8577766]]}','{"fades":[1546,606,1124],"gains_db":[-1.697,-1.167,-0.261,-0.1],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[1237192,1590996],[1656973,2465603],[4202798,5203412],[5539790,7921240]]}','A',2,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.932+00:00','11ebe428e3aa458b5959943c781f58ef',NULL);
INSERT INTO "ratings" VALUES(4,2,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1895,1066,1841],"gains_db":[-0.389,-2.427,-1.297,-2.284],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[19173,235580],[1044878,1564842],[4092145,5589080],[6691148,8280862]]}','{"fades":[1017,1528,996],"gains_db":[-0.88,-1.358,-0.557,-1.379],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[1349656,1530349],[1829687,2390659],[5369625,7515682],[8208870,8521829]]}','tie',1,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.936+00:00','344f1ceb34214019776c4290137d0ab4',NULL);
INSERT INTO "ratings" VALUES(5,5,NULL,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763','{"fades":[1376,1133,1594],"gains_db":[-0.325,-2.345,-2.582,-2.581],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[679215,4343902],[5088743,6463343],[6793667,7056020],[8152513,8577766]]}','{"fades":[1546,606,1124],"gains_db":[-1.697,-1.167,-0.261,-0.1],"sample_rate_hz":44100,"sha256":"7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763","spans":[[1237192,1590996],[1656973,2465603],[4202798,5203412],[5539790,7921240]]}','A',2,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.932+00:00','f3a18787dcde89a96dcc090fdf828a4b',2);
INSERT INTO "ratings" VALUES(6,6,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1895,1066,1841],"gains_db":[-0.389,-2.427,-1.297,-2.284],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[19173,235580],[1044878,1564842],[4092145,5589080],[6691148,8280862]]}','{"fades":[1017,1528,996],"gains_db":[-0.88,-1.358,-0.557,-1.379],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[1349656,1530349],[1829687,2390659],[5369625,7515682],[8208870,8521829]]}','tie',1,12.0,7.25,'ear','random',NULL,NULL,1,'base','2026-12-01T03:33:51.936+00:00','443506e7863a477d27b6ef2f5f10da12',2);
INSERT INTO "ratings" VALUES(7,7,NULL,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32','{"fades":[1117,1293,769],"gains_db":[-2.817,-1.599,-1.211,-0.902],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[382228,1174477],[1207484,1702891],[3704900,4360732],[5050974,7140699]]}','{"fades":[1784,724,731],"gains_db":[-1.973,-2.248,-1.21,-1.673],"sample_rate_hz":44100,"sha256":"3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32","spans":[[973933,2842473],[3344635,3412732],[4364311,6015559],[6564525,7888918]]}','B',1,12.0,7.25,'ear','random',NULL,NULL,2,'c1','2026-12-01T03:33:52.013+00:00','94118520c9141ebf4858c70e291dbf06',2);
CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions (id),
    report TEXT NOT NULL,
    verdict TEXT NOT NULL,
    utc TEXT NOT NULL
) STRICT;
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    n_pairs INTEGER NOT NULL,
    on_reserved INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    utc TEXT NOT NULL,
    completed_utc TEXT,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id),
    ends_early INTEGER NOT NULL DEFAULT 0 CHECK (ends_early IN (0, 1))
) STRICT;
CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;
INSERT INTO "settings" VALUES('project_id','"41f523e5f1634ec09e7929894e3db9c7"');
CREATE TABLE song_corrections (
    song_id INTEGER PRIMARY KEY REFERENCES songs (id),
    corrections TEXT NOT NULL,
    pairs_after INTEGER NOT NULL
) STRICT;
CREATE TABLE song_paths (
    path TEXT PRIMARY KEY NOT NULL,
    song_id INTEGER NOT NULL REFERENCES songs (id),
    seen INTEGER NOT NULL
) STRICT;
INSERT INTO "song_paths" VALUES('"/music/song 0.wav"',1,1);
INSERT INTO "song_paths" VALUES('"/music/song 1.wav"',2,2);
CREATE TABLE song_sounds (
    song_id INTEGER PRIMARY KEY REFERENCES songs (id),
    sound TEXT NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    recording INTEGER REFERENCES songs (id)
) STRICT;
INSERT INTO "song_sounds" VALUES(1,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763',X'0100',1);
INSERT INTO "song_sounds" VALUES(2,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32',X'0101',2);
CREATE TABLE song_use_history (
    id INTEGER PRIMARY KEY,
    song_id INTEGER NOT NULL REFERENCES songs (id),
    use TEXT NOT NULL,
    used_by TEXT NOT NULL,
    note TEXT NOT NULL,
    utc TEXT NOT NULL,
    taste INTEGER NOT NULL DEFAULT 1 REFERENCES tastes (id)
) STRICT;
CREATE TABLE song_uses (
    taste INTEGER NOT NULL REFERENCES tastes (id),
    song_id INTEGER NOT NULL REFERENCES songs (id),
    use TEXT NOT NULL CHECK (use IN ('rate', 'compare', 'out')),
    use_by TEXT NOT NULL CHECK (use_by IN ('rule', 'person', 'session')),
    PRIMARY KEY (taste, song_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE songs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    sample_rate_hz INTEGER NOT NULL,
    n_samples INTEGER NOT NULL,
    n_channels INTEGER NOT NULL,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    file_format TEXT NOT NULL,
    subtype TEXT NOT NULL,
    warnings TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'ready', 'failed')),
    message TEXT NOT NULL,
    tempo_bpm REAL,
    meter INTEGER,
    added_utc TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    teaches INTEGER NOT NULL DEFAULT 1 CHECK (teaches IN (0, 1))
) STRICT;
INSERT INTO "songs" VALUES(1,'7cd56e1e7696b0d5f8f1a2fc9247724e1a313456a7ffcf5b400e114698ef9763',44100,8820000,2,'Song 0','Somebody','WAV','PCM_16','[]','ready','',NULL,NULL,'2026-12-01T03:33:51.853+00:00',0,1);
INSERT INTO "songs" VALUES(2,'3088b15eb7cc28f42314b699f67cb1ce86cec3b74cc02d2fb77f4fb38a0d8c32',44100,8820000,2,'Song 1','Somebody','WAV','PCM_16','[]','ready','',NULL,NULL,'2026-12-01T03:33:51.869+00:00',0,1);
CREATE TABLE taste_checkpoints (
    taste INTEGER NOT NULL REFERENCES tastes (id),
    number INTEGER NOT NULL REFERENCES checkpoints (number),
    PRIMARY KEY (taste, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "taste_checkpoints" VALUES(1,1);
INSERT INTO "taste_checkpoints" VALUES(2,1);
CREATE TABLE tastes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    utc TEXT NOT NULL,
    brief TEXT,
    removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
    replaces INTEGER REFERENCES tastes (id)
) STRICT;
INSERT INTO "tastes" VALUES(1,'My taste','','{"longest_s":40.0,"name":"reel","shortest_s":20.0}',0,NULL);
INSERT INTO "tastes" VALUES(2,'Reel','2026-12-01T03:33:51.985+00:00','{"longest_s":40.0,"name":"reel","shortest_s":20.0}',0,NULL);
CREATE UNIQUE INDEX tastes_by_name ON tastes (name COLLATE NOCASE) WHERE removed = 0;
CREATE INDEX song_paths_by_song ON song_paths (song_id, seen);
CREATE INDEX reports_by_session ON reports (session_id, id);
CREATE INDEX comparisons_by_batch ON comparisons (batch);
CREATE INDEX comparisons_by_song ON comparisons (sha256, session);
CREATE INDEX comparisons_by_session ON comparisons (session, position, id);
CREATE INDEX ratings_by_song ON ratings (sha256);
CREATE INDEX current_ratings_by_session ON current_ratings (session, answer);
CREATE INDEX current_ratings_by_taste ON current_ratings (taste, rating_id);
CREATE INDEX open_comparisons_by_session ON open_comparisons (session, comparison_id);
CREATE INDEX open_comparisons_by_taste ON open_comparisons (taste, session, comparison_id);
CREATE INDEX song_sounds_by_recording ON song_sounds (recording);
CREATE TRIGGER ratings_no_update BEFORE UPDATE ON ratings BEGIN SELECT RAISE(ABORT, 'ratings is append-only'); END;
CREATE TRIGGER ratings_no_delete BEFORE DELETE ON ratings BEGIN SELECT RAISE(ABORT, 'ratings is append-only'); END;
CREATE TRIGGER marks_no_update BEFORE UPDATE ON marks BEGIN SELECT RAISE(ABORT, 'marks is append-only'); END;
CREATE TRIGGER marks_no_delete BEFORE DELETE ON marks BEGIN SELECT RAISE(ABORT, 'marks is append-only'); END;
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only'); END;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints is append-only'); END;
CREATE TRIGGER activations_no_update BEFORE UPDATE ON activations BEGIN SELECT RAISE(ABORT, 'activations is append-only'); END;
CREATE TRIGGER activations_no_delete BEFORE DELETE ON activations BEGIN SELECT RAISE(ABORT, 'activations is append-only'); END;
CREATE TRIGGER reports_no_update BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'reports is append-only'); END;
CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports BEGIN SELECT RAISE(ABORT, 'reports is append-only'); END;
CREATE TRIGGER song_use_history_no_update BEFORE UPDATE ON song_use_history BEGIN SELECT RAISE(ABORT, 'song_use_history is append-only'); END;
CREATE TRIGGER song_use_history_no_delete BEFORE DELETE ON song_use_history BEGIN SELECT RAISE(ABORT, 'song_use_history is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('songs',2);
COMMIT;
