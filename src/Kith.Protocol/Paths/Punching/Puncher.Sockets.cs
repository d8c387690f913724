using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <content>The extra sockets of this peer: all while a birthday is under way, afterwards only those that carry a path.</content>
public sealed partial class Puncher
{
    private readonly HashSet<uint> _sockets = [];
    private uint[] _order = [];
    private Instant _nextSocketCheck = Instant.Never;

    // Those of a path that works, or may be about to, stay; with all, only those.
    private void CloseIdleSockets(Instant now, bool all)
    {
        if (_phase == PunchPhase.Birthday && !all)
        {
            _nextSocketCheck = now + PunchTimings.SocketCheck;
            return;
        }

        foreach (uint socket in _sockets)
        {
            if (!_paths.IsSocketInUse(now, socket, all ? TimeSpan.Zero : PunchTimings.SocketSilence))
            {
                _paths.ForgetSocket(now, socket);
                _sockets.Remove(socket);
                _budget.Close(socket);
            }
        }

        _nextSocketCheck = _sockets.Count > 0 ? now + PunchTimings.SocketCheck : Instant.Never;
    }
}
