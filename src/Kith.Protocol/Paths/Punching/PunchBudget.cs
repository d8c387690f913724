namespace Kith.Protocol.Paths.Punching;

/// <summary>
/// What all peers of a node share: <see cref="PunchTimings.SocketsMax"/> extra sockets, numbered from 1, and one spray at a time. Not thread-safe.
/// </summary>
public sealed class PunchBudget
{
    private readonly Queue<uint> _free = new(Enumerable.Range(1, PunchTimings.SocketsMax).Select(static number => (uint)number));
    private readonly HashSet<uint> _taken = [];
    private readonly Queue<uint> _closed = new();
    private object? _sprayer;

    /// <summary>Extra sockets in use.</summary>
    public int SocketsTaken => _taken.Count;

    /// <summary>Whether somebody sprays.</summary>
    public bool IsSpraying => _sprayer is not null;

    /// <summary>Takes the one spray; true also if the owner has it.</summary>
    public bool TryTakeSpray(object owner)
    {
        _sprayer ??= owner;
        return _sprayer == owner;
    }

    /// <summary>Gives the spray back, if the owner has it.</summary>
    public void ReleaseSpray(object owner) => _sprayer = _sprayer == owner ? null : _sprayer;

    /// <summary>Takes all free sockets, those longest unused first; none if there are fewer than <paramref name="least"/>.</summary>
    public uint[] TakeSockets(int least)
    {
        if (_free.Count < least)
        {
            return [];
        }

        uint[] sockets = [.. _free];
        _free.Clear();
        _taken.UnionWith(sockets);
        return sockets;
    }

    /// <summary>Whether somebody has this socket.</summary>
    public bool IsTaken(uint socket) => _taken.Contains(socket);

    /// <summary>Closes a socket, also one that came to be without being taken: a late packet's answer can do that.</summary>
    public void Close(uint socket)
    {
        if (_taken.Remove(socket))
        {
            _free.Enqueue(socket);
        }

        _closed.Enqueue(socket);
    }

    /// <summary>The next socket to close.</summary>
    public bool TryGetClosed(out uint socket) => _closed.TryDequeue(out socket);
}
