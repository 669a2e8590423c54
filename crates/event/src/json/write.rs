//! Writes JSON objects without a tree.

/// An object that is being written. What is absent is not written, and neither is an object of it.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    is_empty: bool,
}

impl<'o> Object<'o> {
    pub(crate) fn new(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, is_empty: true }
    }

    pub(crate) fn end(self) {
        self.out.push('}');
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        push_text(self.out, text);
    }

    pub(crate) fn some(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    pub(crate) fn bool(&mut self, key: &str, truth: Option<bool>) {
        if let Some(truth) = truth {
            self.raw(key, if truth { "true" } else { "false" });
        }
    }

    /// Text that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.push_str(json);
    }

    pub(crate) fn list<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        self.key(key);
        self.out.push('[');
        for (index, text) in texts.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            push_text(self.out, text);
        }
        self.out.push(']');
    }

    /// One text bare, several as a list.
    pub(crate) fn one_or_list<'t>(
        &mut self,
        key: &str,
        mut texts: impl ExactSizeIterator<Item = &'t str>,
    ) {
        match texts.len() {
            0 => {}
            1 => self.some(key, texts.next()),
            _ => self.list(key, texts),
        }
    }

    /// An object, unless it comes out empty.
    pub(crate) fn object(&mut self, key: &str, write: impl FnOnce(&mut Object<'_>)) {
        let (start, was_empty) = (self.out.len(), self.is_empty);
        self.key(key);
        let mut inner = Object::new(self.out);
        write(&mut inner);
        if inner.is_empty {
            self.out.truncate(start);
            self.is_empty = was_empty;
        } else {
            inner.end();
        }
    }

    pub(crate) fn objects<T>(&mut self, key: &str, all: &[T], write: impl Fn(&T, &mut Object<'_>)) {
        if all.is_empty() {
            return;
        }
        self.key(key);
        self.out.push('[');
        for (index, one) in all.iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let mut inner = Object::new(self.out);
            write(one, &mut inner);
            inner.end();
        }
        self.out.push(']');
    }

    fn key(&mut self, key: &str) {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        push_text(self.out, key);
        self.out.push(':');
    }
}

/// A text in quotes, with what JSON wants escaped.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
