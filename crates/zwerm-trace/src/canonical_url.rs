//! One spelling per page: what two posts must share to share a URL.
//!
//! # What it does
//!
//! Host to lower case (and international names to their ASCII form), `http` as `https`, default
//! port and fragment out, percent-encoding normalised, tracking parameters out, the rest of the
//! query sorted, an empty path as `/`. What is no web address (an id from a coded data set) is its
//! own trimmed self.
//!
//! # When it misleads
//!
//! A page with several addresses (mobile, AMP, copied sites, short links) stays several objects:
//! that needs an expansion map, which only the user can give. A site that tells pages apart by
//! fragment (`#!/page`) loses that; such fragments are kept.
//!
//! # Source
//!
//! RFC 3986 §6.2.2–6.2.3 for the syntax; the parameters are those that the platforms and the common
//! newsletter and advertising systems document as theirs.

use url::Url;

/// Parameters that say where a click came from, never which page it shows; sorted.
const TRACKING: &[&str] = &[
    "_branch_match_id",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "dclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "hsctatracking",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "ref_src",
    "ref_url",
    "s_cid",
    "share_id",
    "spm",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "xtor",
    "yclid",
    "ysclid",
];

/// Beginnings of parameters of the same sort.
const TRACKING_PREFIXES: &[&str] = &["utm_", "hsa_", "pk_", "piwik_", "mtm_", "matomo_"];

/// The one spelling of a URL; `None` if nothing is left of it.
#[must_use]
pub fn canonical_url(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if raw.is_empty() {
        return None;
    }
    let Some(mut url) = parse_web(raw) else { return Some(raw.to_owned()) };
    if url.scheme() == "http" {
        // The port is read first: 80 is http's own and must not survive as a stranger to https.
        let port = url.port();
        url.set_scheme("https").ok()?;
        url.set_port(port.filter(|&p| p != 443)).ok()?;
    }
    if url.fragment().is_some_and(|f| !f.starts_with('!')) {
        url.set_fragment(None);
    }
    let mut kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    kept.sort();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    Some(url.into())
}

/// The registrable domain of a URL (`news.example.co.uk` → `example.co.uk`); `None` for what is no
/// web address, or has no domain (an IP address, a bare suffix).
#[must_use]
pub fn registrable_domain(raw: &str) -> Option<String> {
    let url = parse_web(raw.trim())?;
    let domain = psl::domain_str(url.domain()?.trim_end_matches('.'))?;
    Some(domain.to_owned())
}

/// Parses `https://…`, `http://…`, `//…` and `host.tld/…`.
fn parse_web(raw: &str) -> Option<Url> {
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if let Ok(url) = Url::parse(raw)
        && is_web(&url)
    {
        return Some(url);
    }
    let bare = raw.strip_prefix("//").unwrap_or(raw);
    let host = bare.split(['/', '?', '#']).next()?;
    let looks_like_host = host.contains('.')
        && !host.contains(['@', ' ', ':'])
        && psl::domain_str(host)
            .is_some_and(|d| d.split('.').next_back().is_some_and(is_known_tld));
    if !looks_like_host {
        return None;
    }
    Url::parse(&format!("https://{bare}")).ok().filter(is_web)
}

/// Whether a top-level domain is on the public suffix list (so that `file.txt` is no address).
fn is_known_tld(tld: &str) -> bool {
    psl::suffix(tld.to_ascii_lowercase().as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TRACKING.binary_search(&name.as_str()).is_ok()
        || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TRACKING.is_sorted());
    }

    /// `(as written, as compared)`.
    const GOLDEN: [(&str, &str); 52] = [
        ("https://example.com", "https://example.com/"),
        ("https://example.com/", "https://example.com/"),
        ("http://example.com/", "https://example.com/"),
        ("HTTP://EXAMPLE.COM/", "https://example.com/"),
        ("https://Example.Com/Path", "https://example.com/Path"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80/a", "https://example.com/a"),
        ("http://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a", "https://example.com:8080/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://example.com/#", "https://example.com/"),
        ("https://example.com/#!/page/2", "https://example.com/#!/page/2"),
        ("https://example.com/a?utm_source=x", "https://example.com/a"),
        ("https://example.com/a?UTM_Source=x", "https://example.com/a"),
        ("https://example.com/a?utm_source=x&id=7", "https://example.com/a?id=7"),
        ("https://example.com/a?id=7&utm_medium=y", "https://example.com/a?id=7"),
        ("https://example.com/a?fbclid=IwAR0", "https://example.com/a"),
        ("https://example.com/a?gclid=1&dclid=2", "https://example.com/a"),
        ("https://example.com/a?msclkid=1&twclid=2&ttclid=3", "https://example.com/a"),
        ("https://example.com/a?igshid=abc", "https://example.com/a"),
        ("https://example.com/a?mc_cid=1&mc_eid=2", "https://example.com/a"),
        ("https://example.com/a?_hsenc=1&_hsmi=2&hsa_acc=3", "https://example.com/a"),
        ("https://example.com/a?pk_campaign=1&mtm_source=2", "https://example.com/a"),
        ("https://example.com/a?ref_src=twsrc%5Etfw", "https://example.com/a"),
        ("https://example.com/a?yclid=1&ysclid=2", "https://example.com/a"),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?a=2&a=1", "https://example.com/a?a=1&a=2"),
        ("https://example.com/a?", "https://example.com/a"),
        ("https://example.com/a?b", "https://example.com/a?b="),
        ("https://example.com/a?b=", "https://example.com/a?b="),
        ("https://example.com/a?ref=home", "https://example.com/a?ref=home"),
        ("https://example.com/watch?v=AbC&si=1", "https://example.com/watch?si=1&v=AbC"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ("https://example.com/?q=a+b", "https://example.com/?q=a+b"),
        ("https://example.com/?q=a%20b", "https://example.com/?q=a+b"),
        ("https://example.com/a/../b", "https://example.com/b"),
        ("https://example.com/./a", "https://example.com/a"),
        ("https://bücher.example.de/", "https://xn--bcher-kva.example.de/"),
        ("https://xn--bcher-kva.example.de/", "https://xn--bcher-kva.example.de/"),
        ("https://example.com/ü", "https://example.com/%C3%BC"),
        ("https://user@example.com/a", "https://user@example.com/a"),
        ("//example.com/a", "https://example.com/a"),
        ("example.com/a?utm_id=1", "https://example.com/a"),
        ("www.example.com", "https://www.example.com/"),
        ("  https://example.com/a  ", "https://example.com/a"),
        ("https://192.0.2.7/a#b", "https://192.0.2.7/a"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("37730", "37730"),
        ("notes.txt", "notes.txt"),
        ("mailto:a@example.com", "mailto:a@example.com"),
    ];

    #[test]
    fn each_spelling_has_its_canonical_one() {
        for (raw, expected) in GOLDEN {
            assert_eq!(canonical_url(raw).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn canonical_urls_are_their_own() {
        for (_, canonical) in GOLDEN {
            assert_eq!(canonical_url(canonical).as_deref(), Some(canonical));
        }
        assert_eq!(canonical_url("  "), None);
    }

    #[test]
    fn a_domain_is_what_one_can_register() {
        for (raw, domain) in [
            ("https://news.example.co.uk/a", Some("example.co.uk")),
            ("https://EXAMPLE.com", Some("example.com")),
            ("https://192.0.2.7/a", None),
            ("https://co.uk/", None),
            ("37730", None),
        ] {
            assert_eq!(registrable_domain(raw).as_deref(), domain, "{raw}");
        }
    }
}
