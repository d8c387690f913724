namespace Kith.Apps.Services;

/// <summary>A service that a device offers to whoever asked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">Its port at the device's virtual addresses.</param>
public sealed record OfferedService(string Name, int Port);
