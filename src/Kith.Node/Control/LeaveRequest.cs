namespace Kith.Node.Control;

/// <summary>Asks to leave a network.</summary>
/// <param name="Network">Its name or id.</param>
public sealed record LeaveRequest(string Network);
