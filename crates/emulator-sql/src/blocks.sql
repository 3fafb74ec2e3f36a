-- Who has blocked whom, and since when; blocks_by_blocked finds who has blocked a user.

CREATE TABLE blocks (
    app_id BYTETEXT NOT NULL,
    uid BYTETEXT NOT NULL,
    blocked_uid BYTETEXT NOT NULL,
    blocked_at BIGINT NOT NULL,
    PRIMARY KEY (app_id, uid, blocked_uid),
    FOREIGN KEY (app_id, uid) REFERENCES users (app_id, uid) ON DELETE CASCADE,
    FOREIGN KEY (app_id, blocked_uid) REFERENCES users (app_id, uid) ON DELETE CASCADE
);

CREATE INDEX blocks_by_blocked ON blocks (app_id, blocked_uid, uid);
