//! Migrates a database's tables to this version, step by step.

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

use crate::backend::Backend;
use cometchat_emulator::store::OpenError;

/// The steps, oldest first. A released step is never changed; new ones are added.
const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("indexes.sql"),
    include_str!("order.sql"),
    include_str!("blocks.sql"),
];

/// Writes without changing anything.
pub const TOUCH: &str = "UPDATE schema_version SET version = version";

/// Reads something.
pub const LOOK: &str = "SELECT version FROM schema_version";

/// Applies the missing steps, all or none. Always writes something, because a database that cannot
/// be written is useless.
pub async fn bring_up_to_date(
    connection: &mut AnyConnection,
    backend: Backend,
) -> sqlx::Result<Result<(), OpenError>> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = apply(connection, backend).await?;
    if found > known {
        return Ok(Err(OpenError::new(format!(
            "the database was written by a newer emulator (its schema is {found}, this one knows \
             {known}); use that one, or another database"
        ))));
    }
    Ok(Ok(()))
}

/// Returns the version of the migrated database.
async fn apply(connection: &mut AnyConnection, backend: Backend) -> sqlx::Result<i64> {
    let mut transaction = connection.begin().await?;
    if backend == Backend::Postgres {
        // Processes that start together on one database take turns; the number is an arbitrary
        // constant.
        transaction
            .execute("SELECT pg_advisory_xact_lock(5209180)")
            .await?;
    }
    transaction
        .execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .await?;
    let found: i64 = transaction
        .fetch_one("SELECT COALESCE(MAX(version), 0) FROM schema_version")
        .await?
        .try_get(0)?;
    if found > 0 {
        transaction.execute(TOUCH).await?;
    }
    let byte_text = match backend {
        Backend::Sqlite => "TEXT",
        Backend::Postgres => "TEXT COLLATE \"C\"",
    };
    let mut version = found;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        for statement in statements(step) {
            let statement = statement.replace("BYTETEXT", byte_text);
            transaction.execute(AssertSqlSafe(statement)).await?;
        }
        version += 1;
        sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(version)
}

/// The statements of a step, without comments: the drivers prepare one at a time.
fn statements(step: &str) -> Vec<String> {
    let code: String = step
        .lines()
        .filter(|line| !line.starts_with("--"))
        .flat_map(|line| [line, "\n"])
        .collect();
    code.split(";\n")
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}
