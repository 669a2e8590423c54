//! Lists of networks.

use super::{Loading, lines};
use crate::ip::{LoadError, RowFault, network::read_network};

/// A network, an address, or `first-last` a line.
pub(super) fn read(to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
    for (number, line) in lines::rows(bytes)? {
        to.row(number, |to| {
            let text = lines::before_comment(line);
            match text.split_once('-') {
                None => to.text(number, text, to.base()),
                Some((first, last)) => {
                    let address = |text: &str| match read_network(text.trim())? {
                        _ if text.contains('/') => Err(RowFault::BadAddress),
                        (network, _) => Ok(network.first()),
                    };
                    to.range(address(first)?, address(last)?, to.base())
                }
            }
        });
    }
    Ok(())
}
