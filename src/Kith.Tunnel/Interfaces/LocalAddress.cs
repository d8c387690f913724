using Kith.Protocol.Wire;

namespace Kith.Tunnel.Interfaces;

/// <summary>An address of this machine.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixBits">How many bits of it the network shares.</param>
/// <param name="Interface">The interface that has it.</param>
/// <param name="IsTemporary">Whether it is an IPv6 privacy address that will be replaced within a day (RFC 8981).</param>
/// <param name="IsUsable">Whether it may be used for something new: neither deprecated nor still being checked for duplicates.</param>
public sealed record LocalAddress(InternetAddress Address, int PrefixBits, LocalInterface Interface, bool IsTemporary, bool IsUsable);
