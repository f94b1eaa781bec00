//! Misuse that this tool refuses: the command line is wrong.

/// A command line that asks for something this tool does not do. The command exits with 2.
#[derive(Debug, thiserror::Error)]
pub enum Misuse {
    /// The target is, or may be, another machine.
    #[error("{0} is not a loopback address: this tool loads the machine it runs on and no other")]
    NotLoopback(String),
    /// The target is not `http://host[:port][/path]`.
    #[error("{0}: an address of the form http://127.0.0.1:8080/path is needed")]
    NotHttp(String),
    /// An option or an environment variable that the asked operations need is absent.
    #[error("{what} is missing: give {option}")]
    Missing {
        /// A description of what is missing.
        what: &'static str,
        /// The option or the variable to set.
        option: &'static str,
    },
    /// A file that an option names cannot be used.
    #[error("{option} {path}: {problem}")]
    File {
        /// The option.
        option: &'static str,
        /// The file's path, as it was given.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The store's address cannot be read. It is not repeated: it carries a password.
    #[error("--store-url: not an address of a PostgreSQL database")]
    StoreUrl,
    /// `--pid` names no process.
    #[error("--pid {0}: no such process")]
    NoProcess(u32),
}

/// The exit code that fits an error of [`run`](crate::run): 2 for a [`Misuse`], 1 for everything else.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    if error.downcast_ref::<Misuse>().is_some() { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misuse_is_seen_through_its_context() {
        let error = anyhow::Error::new(Misuse::NoProcess(1)).context("measuring").context("bench");
        assert_eq!(exit_code(&error), 2);
        assert_eq!(exit_code(&anyhow::anyhow!("refused")), 1);
    }
}
