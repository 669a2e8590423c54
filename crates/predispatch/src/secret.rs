//! Keys and passwords: from the environment or a file, never from the configuration itself, never
//! printed.

use std::{fmt, fs, path::Path};

use predispatch_types::Sha256Digest;
use serde::{Deserialize, de::IgnoredAny};
use zeroize::Zeroizing;

/// Where a secret is read from.
///
/// ```
/// use predispatch::SecretSource;
///
/// let source: SecretSource = toml::from_str(r#"env = "PREDISPATCH_KEY""#)?;
/// assert_eq!(source.to_string(), "environment variable PREDISPATCH_KEY");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Written")]
#[non_exhaustive]
pub enum SecretSource {
    /// The environment variable of this name.
    Env(Box<str>),
    /// The file at this path; white space around its text is dropped.
    File(Box<Path>),
}

/// As configuration writes it. Whatever else stands there may be the secret itself, so no error
/// may quote it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    /// Would else be taken for a table without its keys.
    List(#[expect(dead_code, reason = "read only to be refused")] Vec<IgnoredAny>),
    Env(Env),
    File(File),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Env {
    env: Box<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    file: Box<Path>,
}

impl TryFrom<Written> for SecretSource {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Env(Env { env }) => Ok(Self::Env(env)),
            Written::File(File { file }) => Ok(Self::File(file)),
            Written::List(_) | Written::Other(IgnoredAny) => {
                Err("expected { env = \"NAME\" } or { file = \"PATH\" }, never the secret itself")
            }
        }
    }
}

impl SecretSource {
    /// Reads it; a file's path is from `folder`.
    ///
    /// # Errors
    /// [`SecretError`] names the source, never what it holds.
    pub fn read(&self, folder: &Path) -> Result<Secret, SecretError> {
        let text = match self {
            Self::Env(name) => Zeroizing::new(std::env::var(&**name).map_err(|_| self.missing())?),
            Self::File(path) => {
                let text = fs::read_to_string(folder.join(path));
                Zeroizing::new(text.map_err(|_| self.missing())?)
            }
        };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(SecretError::Empty { source_name: self.clone() });
        }
        Ok(Secret(Zeroizing::new(trimmed.into())))
    }

    /// Reads it as a key of `N` bytes, 32 at most: the first of SHA-256 of `purpose`, a zero byte and the
    /// secret's text, so that one secret in several places makes several keys, none of which tells
    /// another.
    ///
    /// A configuration's purposes are those of its [`Keys`](crate::config::Keys): `dedup`, of 16 bytes,
    /// and `event_id` and `record`, of 32. With them a pipeline from Rust shares a store, ids and records
    /// with one from a file.
    ///
    /// ```no_run
    /// use predispatch::{Pipeline, SecretSource};
    /// use std::path::Path;
    ///
    /// let secret = SecretSource::Env("PREDISPATCH_DEDUP_KEY".into());
    /// let builder = Pipeline::builder().dedup_key(secret.key("dedup", Path::new(""))?);
    /// # Ok::<(), predispatch::SecretError>(())
    /// ```
    ///
    /// # Errors
    /// [`SecretError`]; a text of under 32 bytes is too short.
    pub fn key<const N: usize>(
        &self,
        purpose: &str,
        folder: &Path,
    ) -> Result<[u8; N], SecretError> {
        const { assert!(N <= 32, "SHA-256 has 32 bytes") };
        let digest = self.digest(purpose, folder)?;
        let mut key = [0; N];
        for (place, byte) in key.iter_mut().zip(digest.as_bytes()) {
            *place = *byte;
        }
        Ok(key)
    }

    /// All 32 bytes of such a key.
    pub(crate) fn digest(&self, purpose: &str, folder: &Path) -> Result<Sha256Digest, SecretError> {
        let secret = self.read(folder)?;
        let len = secret.expose().len();
        if len < MIN_KEY_LEN {
            return Err(SecretError::Short { source_name: self.clone(), len });
        }
        let text = Zeroizing::new([purpose, secret.expose()].join("\0"));
        Ok(Sha256Digest::of(text.as_bytes()))
    }

    fn missing(&self) -> SecretError {
        SecretError::Missing { source_name: self.clone() }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

/// A secret's text. Wiped when dropped; `Debug` is redacted.
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(<redacted>)")
    }
}

/// Why a secret is not there.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or the file can't be read.
    #[error("{source_name} is not there or can't be read")]
    Missing {
        /// Where it was looked for.
        source_name: SecretSource,
    },
    /// It holds nothing.
    #[error("{source_name} is empty")]
    Empty {
        /// Where it was looked for.
        source_name: SecretSource,
    },
    /// It is too short to be a key.
    #[error("{source_name} holds {len} bytes; a key needs at least {}", MIN_KEY_LEN)]
    Short {
        /// Where it was looked for.
        source_name: SecretSource,
        /// Bytes found.
        len: usize,
    },
}

/// Shortest text that a key is made of, in bytes: 32 hex digits are 128 bits.
pub(crate) const MIN_KEY_LEN: usize = 32;
