namespace Kith.Protocol.Netstack;

/// <summary>Counts who uses each local port and keeps the shared <see cref="LocalPorts"/> in step: a port is given back by its last user.</summary>
internal sealed class PortTable(LocalPorts ports)
{
    private readonly Dictionary<int, int> _users = [];

    /// <summary>Whether anyone uses the port.</summary>
    public bool IsUsed(byte protocol, ushort port) => _users.ContainsKey(Index(protocol, port));

    /// <summary>Adds a user.</summary>
    public void Acquire(byte protocol, ushort port)
    {
        int users = _users.GetValueOrDefault(Index(protocol, port));
        _users[Index(protocol, port)] = users + 1;
        if (users == 0)
        {
            ports.Add(protocol, port);
        }
    }

    /// <summary>Removes a user.</summary>
    public void Release(byte protocol, ushort port)
    {
        int users = _users.GetValueOrDefault(Index(protocol, port));
        if (users > 1)
        {
            _users[Index(protocol, port)] = users - 1;
        }
        else if (_users.Remove(Index(protocol, port)))
        {
            ports.Remove(protocol, port);
        }
    }

    private static int Index(byte protocol, ushort port) => (protocol << 16) | port;
}
