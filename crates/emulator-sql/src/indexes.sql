-- What lists are read from, so that neither a count nor a far page has to look at the users
-- themselves: users_by_uid holds what lists are sorted and filtered by, users_by_name finds what a
-- name begins with, users_by_tag who has a tag.

CREATE INDEX users_by_uid ON users (app_id, uid, deactivated_at, status, role, name_folded);

CREATE INDEX users_by_name ON users (app_id, name_folded, uid, deactivated_at);

CREATE INDEX users_by_tag ON user_tags (app_id, tag, uid);
