using System.Text;
using Kith.Fuzz.Coverage;
using Kith.Node.Names;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>The input is a hosts file, of whatever bytes: putting our block in and taking it out again leaves what was there without it.</summary>
[Covers(typeof(Node.Names.HostsBlock))]
internal sealed class HostsBlockTarget : IFuzzTarget
{
    private const string Owner = "kith0";

    private readonly NameTable _names = new(
        NameTable.DefaultSuffix, [new NamedNetwork("home", [], [], [new NamedDevice("nas", [InternetAddress.FromV4(0x64400001)])])]);

    public string Name => "hosts-block";

    public int InputBytesMax => 1024;

    public IEnumerable<byte[]> Corpus
    {
        get
        {
            yield return [];
            byte[] usual = Encoding.ASCII.GetBytes("127.0.0.1 localhost\n::1 ip6-localhost\n# comment\n");
            yield return usual;
            yield return HostsBlock.Put(usual, Owner, _names);
            yield return HostsBlock.Put(HostsBlock.Put(usual, "kith1", _names), Owner, _names);
            yield return Encoding.ASCII.GetBytes("127.0.0.1 localhost");
            yield return Encoding.ASCII.GetBytes("127.0.0.1\tlocalhost\r\n192.0.2.1 nas\r\n");
        }
    }

    public IEnumerable<byte[]> Dictionary => [.. new[] { "# kith begin kith0\n", "# kith end kith0\n", "# kith begin kith1\n", "\n", "nas" }.Select(Encoding.ASCII.GetBytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        byte[] put = HostsBlock.Put(input, Owner, _names);
        Oracle.True(HostsBlock.IsIn(put, Owner), "what was put in is not found");
        Oracle.True(HostsBlock.OwnersIn(put).Contains(Owner), "its owner is not listed");
        Oracle.Same(put, HostsBlock.Put(put, Owner, _names), "putting it in a second time");
        if (!HostsBlock.IsIn(input, Owner))
        {
            Oracle.Same(input, HostsBlock.Remove(put, Owner), "the file after taking it out");
        }

        return true;
    }
}
