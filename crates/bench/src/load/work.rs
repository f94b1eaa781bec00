//! What the connections of a run send, and what they keep from the answers.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use crate::{http::Form, json::string_member};

/// Requests for the connections of one run, which all live in one thread.
pub(crate) trait Workload {
    /// Puts the next request into `into`, which is empty; false: there is none left for this connection.
    fn next(&self, into: &mut Vec<u8>) -> bool;

    /// Sees the body of every answer with a status below 400.
    fn answered(&self, _body: &[u8]) {}
}

/// A token as in a form body.
pub(crate) fn encoded(token: &str) -> String {
    form_urlencoded::byte_serialize(token.as_bytes()).collect()
}

/// The same request again and again.
pub(crate) struct Fixed(pub(crate) Vec<u8>);

impl Workload for Fixed {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        into.extend_from_slice(&self.0);
        true
    }
}

/// One token a request, round and round.
pub(crate) struct Cycle {
    form: Form,
    tokens: Rc<[String]>,
    at: Cell<usize>,
}

impl Cycle {
    pub(crate) fn new(form: Form, tokens: Rc<[String]>) -> Self {
        Self { form, tokens, at: Cell::new(0) }
    }
}

impl Workload for Cycle {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        let at = self.at.get();
        let Some(token) = self.tokens.get(at) else {
            return false;
        };
        self.at.set(if at + 1 == self.tokens.len() { 0 } else { at + 1 });
        self.form.write(token, into);
        true
    }
}

/// One token a request, each once.
pub(crate) struct Drain {
    form: Form,
    tokens: Rc<[String]>,
    at: Cell<usize>,
}

impl Drain {
    pub(crate) fn new(form: Form, tokens: Rc<[String]>) -> Self {
        Self { form, tokens, at: Cell::new(0) }
    }
}

impl Workload for Drain {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        let Some(token) = self.tokens.get(self.at.get()) else {
            return false;
        };
        self.at.set(self.at.get() + 1);
        self.form.write(token, into);
        true
    }
}

/// The same request, a given number of times, keeping one string of each answer.
pub(crate) struct Collect {
    request: Vec<u8>,
    member: &'static str,
    left: Cell<usize>,
    kept: RefCell<Vec<String>>,
}

impl Collect {
    /// `member` is the name of the kept string in the answer's JSON object.
    pub(crate) fn new(request: Vec<u8>, member: &'static str, times: usize) -> Self {
        Self { request, member, left: Cell::new(times), kept: RefCell::default() }
    }

    /// What was kept, form-encoded. It is taken out.
    pub(crate) fn take(&self) -> Vec<String> {
        self.kept.take()
    }
}

impl Workload for Collect {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        let Some(left) = self.left.get().checked_sub(1) else {
            return false;
        };
        self.left.set(left);
        into.extend_from_slice(&self.request);
        true
    }

    fn answered(&self, body: &[u8]) {
        if let Some(token) = string_member(body, self.member) {
            self.kept.borrow_mut().push(encoded(&token));
        }
    }
}

/// One refresh token per request, the oldest first; the one in the answer is added at the end.
///
/// A token whose request failed is not used again: it is unknown whether the server used it up.
pub(crate) struct Rotate {
    form: Form,
    pool: RefCell<VecDeque<String>>,
}

impl Rotate {
    pub(crate) fn new(form: Form, tokens: Vec<String>) -> Self {
        Self { form, pool: RefCell::new(tokens.into()) }
    }

    /// How many tokens are in the pool.
    pub(crate) fn len(&self) -> usize {
        self.pool.borrow().len()
    }

    /// The tokens now in the pool, one a line, as the server issued them.
    pub(crate) fn lines(&self) -> String {
        let pool = self.pool.borrow();
        let decoded = pool.iter().flat_map(|t| form_urlencoded::parse(t.as_bytes()).next());
        decoded.map(|(token, _)| format!("{token}\n")).collect()
    }
}

impl Workload for Rotate {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        let Some(token) = self.pool.borrow_mut().pop_front() else {
            return false;
        };
        self.form.write(&token, into);
        true
    }

    fn answered(&self, body: &[u8]) {
        if let Some(token) = string_member(body, "refresh_token") {
            self.pool.borrow_mut().push_back(encoded(&token));
        }
    }
}
