//! Punycode, RFC 3492, the encoding half.

use smallvec::SmallVec;

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// Writes a label: itself if it is ASCII, else `xn--` and its encoding. `None` if it is longer than a
/// label may be; that also bounds the cost, which is quadratic in the characters that are not ASCII.
pub(super) fn push_label<const N: usize>(label: &str, out: &mut SmallVec<[u8; N]>) -> Option<()> {
    if label.is_ascii() {
        out.extend_from_slice(label.as_bytes());
        return Some(());
    }
    let input: SmallVec<[u32; 64]> =
        label.chars().map(u32::from).take(MAX_CHARS.saturating_add(1)).collect();
    if input.len() > MAX_CHARS {
        return None;
    }
    out.extend_from_slice(b"xn--");
    let ascii = input.iter().filter_map(|c| u8::try_from(*c).ok()).filter(u8::is_ascii);
    let before = out.len();
    out.extend(ascii);
    let basic = u32::try_from(out.len().checked_sub(before)?).ok()?;
    if basic > 0 {
        out.push(b'-');
    }
    encode(&input, basic, out)
}

/// Characters of the longest label.
const MAX_CHARS: usize = 63;

/// The loop of RFC 3492 §6.3.
fn encode<const N: usize>(input: &[u32], basic: u32, out: &mut SmallVec<[u8; N]>) -> Option<()> {
    let total = u32::try_from(input.len()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while handled < total {
        let next = input.iter().copied().filter(|c| *c >= n).min()?;
        let step = next.checked_sub(n)?.checked_mul(handled.checked_add(1)?)?;
        delta = delta.checked_add(step)?;
        n = next;
        for c in input.iter().copied() {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                push_integer(delta, bias, out)?;
                bias = adapt(delta, handled.checked_add(1)?, handled == basic)?;
                (delta, handled) = (0, handled.checked_add(1)?);
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(())
}

/// A variable-length integer: digits below the threshold end it.
fn push_integer<const N: usize>(delta: u32, bias: u32, out: &mut SmallVec<[u8; N]>) -> Option<()> {
    let mut q = delta;
    let mut k = BASE;
    loop {
        let t = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if q < t {
            out.push(digit(q)?);
            return Some(());
        }
        let span = BASE.checked_sub(t)?;
        let rest = q.checked_sub(t)?;
        out.push(digit(t.checked_add(rest.checked_rem(span)?)?)?);
        q = rest.checked_div(span)?;
        k = k.checked_add(BASE)?;
    }
}

/// RFC 3492 §6.1.
fn adapt(delta: u32, points: u32, is_first: bool) -> Option<u32> {
    let mut delta = if is_first { delta.checked_div(DAMP)? } else { delta.checked_div(2)? };
    delta = delta.checked_add(delta.checked_div(points)?)?;
    let mut k = 0_u32;
    const RANGE: u32 = BASE - T_MIN;
    while delta > RANGE * T_MAX / 2 {
        delta = delta.checked_div(RANGE)?;
        k = k.checked_add(BASE)?;
    }
    let slope = (RANGE + 1).checked_mul(delta)?.checked_div(delta.checked_add(SKEW)?)?;
    k.checked_add(slope)
}

/// `a` to `z` are 0 to 25, `0` to `9` are 26 to 35.
fn digit(value: u32) -> Option<u8> {
    b"abcdefghijklmnopqrstuvwxyz0123456789".get(usize::try_from(value).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Option<String> {
        let mut out: SmallVec<[u8; 64]> = SmallVec::new();
        push_label(text, &mut out)?;
        String::from_utf8(out.to_vec()).ok()
    }

    #[test]
    fn the_examples_of_rfc_3492() {
        for (text, expected) in [
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"),
            (
                "porquénopuedensimplementehablarenespañol",
                "xn--porqunopuedensimplementehablarenespaol-fmd56a",
            ),
            ("なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"),
            ("plain", "plain"),
        ] {
            assert_eq!(label(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_label_that_is_too_long_is_refused() {
        assert_eq!(label(&"é".repeat(64)), None);
    }
}
