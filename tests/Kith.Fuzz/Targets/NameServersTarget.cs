using System.Net;
using Kith.Fuzz.Coverage;
using Kith.Node.Resolving;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the system's list of name servers.</summary>
[Covers(typeof(NameServers))]
internal sealed class NameServersTarget : IFuzzTarget
{
    public string Name => "name-servers";

    public IEnumerable<byte[]> Corpus => [.. new[] { "nameserver 192.0.2.1\n", "# x\nnameserver ::1\nnameserver fe80::1%2 ; y\nsearch home\nnameserver 1.1.1.1\nnameserver 8.8.8.8\n" }.Select(FuzzText.Bytes)];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "nameserver ", "\n", "\t", "#", ";", "%", "0x7f.1", "::" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        IReadOnlyList<IPEndPoint> servers = NameServers.Parse(FuzzText.Text(input).Split('\n'));
        Oracle.True(servers.Count <= NameServers.ServersMax && servers.All(static server => server.Port == 53), "a server that may not be");
        return servers.Count > 0;
    }
}
