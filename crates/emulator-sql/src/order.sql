-- Lists are sorted by status, name and uid, or by name and uid: users_by_status holds what they are
-- sorted and filtered by, in the order of most lists, and takes the place of users_by_uid.

DROP INDEX users_by_uid;

CREATE INDEX users_by_status ON users (app_id, status, name_folded, uid, deactivated_at, role);
