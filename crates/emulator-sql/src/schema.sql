-- The first schema, in the SQL that SQLite and PostgreSQL share. Each statement ends with a
-- semicolon at the end of its line. BYTETEXT stands for the type of text that is compared and sorted
-- byte by byte: TEXT on SQLite, TEXT COLLATE "C" on PostgreSQL.

CREATE TABLE apps (
    app_id BYTETEXT NOT NULL PRIMARY KEY,
    auth_key TEXT NOT NULL,
    rest_api_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE roles (
    app_id BYTETEXT NOT NULL REFERENCES apps (app_id) ON DELETE CASCADE,
    role BYTETEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    metadata TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    PRIMARY KEY (app_id, role)
);

-- tags is a JSON array for replies; user_tags holds the same for the filter of the list.
-- name_folded is the name in lower case, for the search.
CREATE TABLE users (
    app_id BYTETEXT NOT NULL,
    uid BYTETEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded BYTETEXT NOT NULL,
    avatar TEXT,
    link TEXT,
    role BYTETEXT NOT NULL,
    status TEXT NOT NULL,
    status_message TEXT,
    metadata TEXT,
    tags TEXT,
    last_active_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    deactivated_at BIGINT,
    PRIMARY KEY (app_id, uid)
);

CREATE TABLE user_tags (
    app_id BYTETEXT NOT NULL,
    uid BYTETEXT NOT NULL,
    tag BYTETEXT NOT NULL,
    PRIMARY KEY (app_id, uid, tag),
    FOREIGN KEY (app_id, uid) REFERENCES users (app_id, uid) ON DELETE CASCADE
);

-- seq sets tokens of the same second apart: microseconds since 1970, strictly growing in a process.
CREATE TABLE auth_tokens (
    app_id BYTETEXT NOT NULL,
    token BYTETEXT NOT NULL,
    uid BYTETEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    platform TEXT,
    device_id TEXT,
    user_agent TEXT,
    app_info TEXT,
    PRIMARY KEY (app_id, token),
    FOREIGN KEY (app_id, uid) REFERENCES users (app_id, uid) ON DELETE CASCADE
);

CREATE INDEX auth_tokens_by_user ON auth_tokens (app_id, uid, seq);
