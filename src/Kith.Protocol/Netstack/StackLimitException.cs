namespace Kith.Protocol.Netstack;

/// <summary>A maximum of the stack's options is reached: connections, listeners, bindings or addresses.</summary>
public sealed class StackLimitException : Exception
{
    /// <summary>Without a message.</summary>
    public StackLimitException()
    {
    }

    /// <summary>With a message that names the maximum.</summary>
    public StackLimitException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public StackLimitException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
