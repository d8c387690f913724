using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>One name of a <see cref="NameTable"/>.</summary>
/// <param name="FullName">Device, network and suffix, joined with dots; lower case.</param>
/// <param name="ShortName">The device alone, or null where that would be ambiguous or means something else on every machine.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record NameEntry(string FullName, string? ShortName, IReadOnlyList<InternetAddress> Addresses);
