//! SQL that is built at run time. The text and its arguments grow side by side, so that a `$n` and
//! its value cannot get out of step. Only constant text is appended; all data is bound.

use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, query::Query};

/// A value to bind.
#[derive(Debug, Clone)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(Some(text.to_owned()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Value::Int(number)
    }
}

/// A statement under construction.
#[derive(Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
    /// Uses `?`, which only SQLite understands, instead of `$n`.
    plain_marks: bool,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Sql {
            text: text.to_owned(),
            ..Sql::default()
        }
    }

    /// A statement with very many values. SQLite looks each `$n` up in a list of all of them, which
    /// takes longer than the statement itself; `?` needs no look-up, but PostgreSQL does not have
    /// it.
    pub fn long(connection: &AnyConnection, text: &'static str) -> Self {
        Sql {
            plain_marks: connection.backend_name() == "SQLite",
            ..Sql::new(text)
        }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder and binds its value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        if self.plain_marks {
            self.text.push('?');
        } else {
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
        }
        self
    }

    /// `($1, $2, …)`: a row, or the right side of an `IN`.
    pub fn bind_list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.text.push('(');
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self.bind(value);
        }
        self.text.push(')');
        self
    }

    fn query(self) -> Query<'static, Any, sqlx::any::AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
            };
        }
        query
    }

    /// Runs it; returns how many rows it touched.
    pub async fn execute(self, connection: &mut AnyConnection) -> sqlx::Result<u64> {
        Ok(self.query().execute(connection).await?.rows_affected())
    }

    pub async fn one(self, connection: &mut AnyConnection) -> sqlx::Result<Option<AnyRow>> {
        self.query().fetch_optional(connection).await
    }

    pub async fn all(self, connection: &mut AnyConnection) -> sqlx::Result<Vec<AnyRow>> {
        self.query().fetch_all(connection).await
    }
}
