namespace Kith.Node.Control;

/// <summary>A failure that a user can meet: which one, what happened, what to do next.</summary>
public sealed class ControlException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="error">Which failure; it decides the exit code of the command.</param>
    /// <param name="message">What happened and what it means: one line, a whole sentence, no secret in it.</param>
    /// <param name="advice">What to do next: one line, or empty.</param>
    /// <param name="innerException">What caused it, for the log.</param>
    public ControlException(ControlError error, string message, string advice = "", Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Advice = advice;
    }

    /// <summary>Which failure.</summary>
    public ControlError Error { get; }

    /// <summary>What to do next, one line, or empty.</summary>
    public string Advice { get; }
}
