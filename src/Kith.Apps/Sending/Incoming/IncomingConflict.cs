namespace Kith.Apps.Sending.Incoming;

/// <summary>A file that would replace another one.</summary>
/// <param name="Device">The device that sends it.</param>
/// <param name="Path">The file, relative to the folder that receives, fit to be shown.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was written.</param>
/// <param name="ExistingBytes">The length of the one that is there.</param>
/// <param name="ExistingModified">When that was written.</param>
public sealed record IncomingConflict(string Device, string Path, long Bytes, DateTimeOffset Modified, long ExistingBytes, DateTimeOffset ExistingModified);
