namespace Kith.Node.Control;

/// <summary>One thing that `kith doctor` looked at.</summary>
/// <param name="Name">What was looked at, a few words.</param>
/// <param name="Verdict">How it is.</param>
/// <param name="Text">What was found, one line.</param>
/// <param name="Advice">What the user can do about it, one line, or null.</param>
public sealed record DoctorCheck(string Name, DoctorVerdict Verdict, string Text, string? Advice = null);
