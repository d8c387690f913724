namespace Kith.Apps.Services;

/// <summary>What one device offers; <c>kith services --json</c> prints an array of them.</summary>
/// <param name="Device">The device, <c>name.network</c>.</param>
/// <param name="Id">Its node id.</param>
/// <param name="Address">Its virtual IPv6 address.</param>
/// <param name="Online">Whether it can be reached.</param>
/// <param name="Services">What it offers to this device; empty if it offers nothing or could not be asked.</param>
/// <param name="Problem">Why it could not be asked, or null.</param>
public sealed record DeviceServices(string Device, string Id, string Address, bool Online, IReadOnlyList<OfferedService> Services, string? Problem = null);
