using System.Diagnostics.CodeAnalysis;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Tests.Core;

/// <summary>TCP connections between the nodes of a <see cref="TestLan"/>: opened and closed as the nodes ask, at once and without loss.</summary>
internal sealed class TestTcp(TestLan lan)
{
    private readonly Dictionary<(TestHost Host, int Number), (TestHost Host, int Number)> _ends = [];
    private int _last;

    public int Count => _ends.Count / 2;

    public bool IsBroken { get; set; }

    /// <summary>Calls stay without an answer.</summary>
    public bool Hangs { get; set; }

    public int Open(TestHost from, TestHost to, bool asStranger = false)
    {
        int near = ++_last;
        int far = ++_last;
        _ends[(from, near)] = (to, far);
        _ends[(to, far)] = (from, near);
        to.Core!.HandleTcpOpened(lan.Clock(to), far, null);
        if (!asStranger)
        {
            from.Core!.HandleTcpOpened(lan.Clock(from), near, to.Core.Id);
        }

        return far;
    }

    public void Obey(TestHost host, NodeEvent nodeEvent)
    {
        switch (nodeEvent)
        {
            case NodeEvent.TcpWanted when Hangs:
                break;
            case NodeEvent.TcpWanted wanted:
                TestHost? to = IsBroken ? null : lan.Hosts.Find(other => other.Core?.Id == wanted.Node && wanted.Endpoints.Contains(new InternetEndpoint(other.Address, other.TcpPort ?? 0)));
                if (to is null)
                {
                    host.Core!.HandleTcpFailed(lan.Clock(host), wanted.Node);
                }
                else
                {
                    Open(host, to);
                }

                break;
            case NodeEvent.TcpDone done:
                Close(host, done.Connection);
                break;
            default:
                break;
        }
    }

    public void Close(TestHost host, int number)
    {
        if (_ends.Remove((host, number), out (TestHost Host, int Number) far))
        {
            _ends.Remove(far);
            host.Core?.HandleTcpClosed(lan.Clock(host), number);
            far.Host.Core?.HandleTcpClosed(lan.Clock(far.Host), far.Number);
        }
    }

    public void CloseAllOf(TestHost host)
    {
        foreach ((TestHost Host, int Number) end in _ends.Keys.Where(end => end.Host == host).ToList())
        {
            Close(host, end.Number);
        }
    }

    public bool TryFind(TestHost host, in InternetEndpoint endpoint, [NotNullWhen(true)] out TestHost? to, out InternetEndpoint from)
    {
        to = null;
        from = default;
        if (!PathAddress.TryGetTcp(endpoint, out int number) || !_ends.TryGetValue((host, number), out (TestHost Host, int Number) far))
        {
            return false;
        }

        to = far.Host;
        from = PathAddress.Tcp(far.Number);
        return true;
    }
}
