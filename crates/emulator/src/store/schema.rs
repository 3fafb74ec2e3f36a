//! Brings a database's tables to the form that this version needs, step by step, once.

use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Row};

use super::{Backend, OpenError};

/// The steps, oldest first. A step that has been released is never changed: a new one is added.
const STEPS: &[&str] = &[include_str!("schema.sql"), include_str!("indexes.sql")];

/// Applies the steps that the database has not seen, all or none.
pub async fn bring_up_to_date(pool: &AnyPool, backend: Backend) -> Result<(), OpenError> {
    let mut connection = pool.acquire().await.map_err(failed)?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = apply(&mut connection, backend).await.map_err(failed)?;
    if found > known {
        return Err(OpenError(format!(
            "the database was written by a newer emulator (its schema is {found}, this one knows \
             {known}); use that one, or another database"
        )));
    }
    Ok(())
}

fn failed(error: sqlx::Error) -> OpenError {
    OpenError(format!(
        "cannot bring the database's tables up to date: {error}"
    ))
}

/// Returns the version that the database has in the end.
async fn apply(connection: &mut AnyConnection, backend: Backend) -> sqlx::Result<i64> {
    let mut transaction = connection.begin().await?;
    if backend == Backend::Postgres {
        // Processes that start together on one database take turns; the number is any constant.
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
