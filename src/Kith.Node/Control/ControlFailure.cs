namespace Kith.Node.Control;

/// <summary>A failure as the control interface sends it and as `--json` prints it.</summary>
/// <param name="Error">Which one.</param>
/// <param name="Message">What happened, one line.</param>
/// <param name="Advice">What to do next, one line; empty if there is nothing to do.</param>
public sealed record ControlFailure(ControlError Error, string Message, string Advice);
