using Kith.Protocol.Wire;

namespace Kith.Protocol.Discovery.Dns;

/// <summary>A member and where it is in one network.</summary>
/// <param name="Name">Its name there; one label.</param>
/// <param name="Addresses">Its virtual addresses there.</param>
public sealed record NamedDevice(string Name, IReadOnlyList<InternetAddress> Addresses);
