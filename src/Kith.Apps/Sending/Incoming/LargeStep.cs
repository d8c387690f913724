using Kith.Apps.Sending.Streams;

namespace Kith.Apps.Sending.Incoming;

/// <summary>A record about a large file, for the task that writes them.</summary>
/// <param name="File">The file that begins; null where the record is about the one that was begun.</param>
/// <param name="Record">The record.</param>
internal readonly record struct LargeStep(IncomingFile? File, Record Record);
