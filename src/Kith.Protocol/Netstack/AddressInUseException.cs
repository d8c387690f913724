namespace Kith.Protocol.Netstack;

/// <summary>A local address and port that was asked for is already taken, or no ephemeral port is free.</summary>
public sealed class AddressInUseException : Exception
{
    /// <summary>Without a message.</summary>
    public AddressInUseException()
    {
    }

    /// <summary>With a message that names the address and port.</summary>
    public AddressInUseException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public AddressInUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
