//! The address of this machine in the house.

use std::net::{IpAddr, UdpSocket};

/// An address for documentation (RFC 5737): nothing is sent to it.
const ELSEWHERE: &str = "192.0.2.1:9";

/// The address from which this machine would reach others; none without a network.
pub(super) fn of_this_machine() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Connecting a UDP socket sends nothing: the system only chooses the way.
    socket.connect(ELSEWHERE).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}
