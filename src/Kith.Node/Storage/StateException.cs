namespace Kith.Node.Storage;

/// <summary>The state directory cannot be used. The message is one line for the user and names the path.</summary>
internal abstract class StateException : Exception
{
    /// <summary>Says what is wrong with a path.</summary>
    protected StateException(string path, string message, Exception? innerException)
        : base(message, innerException) => Path = path;

    /// <summary>The directory or file.</summary>
    public string Path { get; }
}
