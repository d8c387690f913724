using Kith.Lab.Harness;

namespace Kith.Lab.Rivals;

/// <summary>No private network at all: what the machine does between two namespaces over veth.</summary>
internal sealed class BareCable : Contender
{
    public override string Name => "veth";

    public override IReadOnlyList<string> Tools => [];

    public override string VersionCommand => "uname -r";

    public override string Remark => "nothing in between; no encryption";

    public override Task<ContenderPair> StartAsync(LabHost a, LabHost b) =>
        Task.FromResult(new ContenderPair(b.IPv4.ToString(), b.IPv6.ToString(), null));
}
