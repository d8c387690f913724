namespace Kith.Apps.Piping;

/// <summary>Which pipe.</summary>
/// <param name="Name">Its name, or null for the one between this device and <paramref name="Device"/> that has none.</param>
/// <param name="Device">The device at the other end, or null for whoever knows the name.</param>
public sealed record PipeOptions(string? Name, string? Device);
