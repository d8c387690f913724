namespace Kith.Tunnel;

/// <summary>The UDP port that was asked for belongs to another program (or another node).</summary>
public sealed class PortInUseException : IOException
{
    /// <summary>Names the port.</summary>
    public PortInUseException(ushort port)
        : base($"UDP port {port} is already in use on this machine.") => Port = port;

    /// <summary>The port that is taken.</summary>
    public ushort Port { get; }
}
