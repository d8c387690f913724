using Kith.Node.Control;
using Kith.Node.Explaining;
using Kith.Protocol.Core;
using Kith.Protocol.Membership;

namespace Kith.Node;

/// <content>Why a device is reached as it is.</content>
public sealed partial class KithNode
{
    /// <inheritdoc/>
    public Task<WhyReport> ExplainAsync(string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        return OnLoopAsync(
            (core, now) =>
            {
                (MembershipLog network, Member member) = FindDevice(core, now, device, null, oneNetwork: false);
                string name = $"{member.Name}.{network.State.Name}";
                PeerExplanation peer = core.ExplainPeer(member.Id)
                    ?? throw new ControlException(ControlError.UnknownDevice, $"'{name}' is this device itself.", "'kith doctor' tells of this device, 'kith members' lists the others.");
                return WhyWords.Explain(new WhySubject(name, peer, core.Nat, now, endpoint => core.FirstHop(endpoint) is { } hop ? NameOf(hop) : null));
            },
            cancellationToken);
    }
}
