using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>A contender that runs on both hosts.</summary>
/// <param name="IPv4">The second host's IPv4 address inside the private network, or null if it carries none.</param>
/// <param name="IPv6">The second host's IPv6 address inside, or null.</param>
/// <param name="Daemon">The first host's process, or null if there is none.</param>
internal sealed record ContenderPair(string? IPv4, string? IPv6, LabProcess? Daemon);
